package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemediesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ModuleNotFoundError | No module named 'tools.orders'; 'tools' is not a package     | from tools import
          ModuleNotFoundError | No module named 'pandas'                                     | configured interpreter
          ImportError         | cannot import name 'ad' from 'tools' (/workspace/lib/tools.py) | iso.find_tools()
          AttributeError      | 'dict' object has no attribute 'id'                          | record['name']
          TypeError           | 'Namespace' object is not callable                           | iso.find_tools()
          TypeError           | 'coroutine' object is not subscriptable                      | await
          TypeError           | Object of type Decimal is not JSON serializable              | default=str
          TypeError           | object list can't be used in 'await' expression              | .aio(
          """)
  void aMistakeWithToolsHasItsRemedy(String type, String message, String hint) {
    String remedy = String.valueOf(Remedies.forProgram(type, message, null));
    assertEquals(hint, remedy.contains(hint) ? hint : remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ImportError    | cannot import name 'ad' from 'math' (unknown location)
          AttributeError | 'list' object has no attribute 'id'
          TypeError      | unsupported operand type(s) for +: 'int' and 'str'
          """)
  void whatTheSandboxKnowsNothingOfHasNone(String type, String message) {
    assertNull(Remedies.forProgram(type, message, null));
  }
}
