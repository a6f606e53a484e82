package io.isoruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolRegistryTest {

  record Nothing() {}

  private static Tool<?, ?> tool(String name) {
    return Tool.of(name, Nothing.class, Integer.class, nothing -> 1);
  }

  private static ToolRegistry of(String... names) {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    List.of(names).forEach(name -> builder.add(tool(name)));
    return builder.build();
  }

  @Test
  void toolsKeepTheirOrderAndAreFoundByTheirExactName() {
    ToolRegistry registry = of("orders.search", "add", "orders.book");
    assertEquals(
        List.of("orders.search", "add", "orders.book"),
        registry.tools().stream().map(Tool::name).toList());
    assertEquals("add", registry.find("add").orElseThrow().name());
    assertEquals(Optional.empty(), registry.find("orders"));
    assertEquals(Optional.empty(), registry.find("Add"));
  }

  @ParameterizedTest
  @CsvSource({
    "a, a.b", // a namespace that is a tool already
    "a.b, a", // and the other way round
    "a.b.c.d, a.b",
    "a.b, a.b.c.d",
    "class, class_", // what Python can't spell gets an underscore
    "class.x, class_",
    "a.if.b, a.if_",
  })
  void whatPythonCouldNotTellApartIsRefused(String first, String second) {
    IsoException refused = assertThrows(IsoException.class, () -> of(first, second));
    assertEquals(ErrorCode.TOOL_INVALID, refused.problem().code());
    assertTrue(
        refused.problem().cause().contains("'" + first + "' and '" + second + "'"),
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ToolError", "ToolError.x"})
  void whatTheModuleHasOfItsOwnCanBeNoTool(String name) {
    IsoException refused = assertThrows(IsoException.class, () -> of(name));
    assertEquals(ErrorCode.TOOL_INVALID, refused.problem().code());
    assertTrue(refused.problem().cause().startsWith("'ToolError' is taken"), refused.getMessage());
    assertEquals(2, of("add.ToolError", "annotations.add").tools().size());
  }

  @Test
  void aClassInPlaceOfAnObjectIsTold() {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    IsoException refused = assertThrows(IsoException.class, () -> builder.scan(Nothing.class));
    assertTrue(refused.problem().remedy().startsWith("Give an object of "), refused.getMessage());
  }

  @Test
  void aNameThatIsTakenIsToldAsSuch() {
    IsoException refused = assertThrows(IsoException.class, () -> of("a", "a"));
    assertEquals(ErrorCode.TOOL_INVALID, refused.problem().code());
    assertEquals("There is a tool 'a' already.", refused.problem().cause());
  }

  @ParameterizedTest
  @CsvSource({"a.b, a.c", "a, ab", "a.b, ab", "a.b.c, a.bc", "a, b.a", "a.b, b"})
  void whatOnlyLooksAlikeIsNot(String first, String second) {
    assertEquals(2, of(first, second).tools().size());
  }

  /** To look at every other name for each would take minutes. */
  @Test
  @Timeout(20)
  void manyToolsAreAddedInATimeThatGrowsWithTheirNumberAlone() {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    for (int number = 0; number < 20_000; number++) {
      builder.add(tool("service.tool" + number));
    }
    assertEquals(20_000, builder.build().tools().size());
  }

  @Test
  void withoutASupervisorNothingIsDescribedAndTheRemedyIsTold() {
    ToolRegistry registry = of("add");
    for (Executable action :
        List.<Executable>of(
            () -> registry.describe(ToolDescription.COMPACT), () -> registry.search("add", 1))) {
      IsoException refused = assertThrows(IsoException.class, action);
      assertEquals(ErrorCode.SUPERVISOR_MISSING, refused.problem().code());
      assertTrue(refused.getMessage().contains("iso-runtime-supervisor"), refused.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> registry.search("add", -1));
  }

  /** Of another copy of the API, as a second class loader could have it. */
  public static final class NoDescriber {}

  @Test
  void aDescriberThatIsNoneCountsAsAbsentAndTheNextPlaceIsTried(@TempDir Path directory)
      throws Exception {
    ClassLoader none = services(directory.resolve("none"), NoDescriber.class);
    IsoException refused = assertThrows(IsoException.class, () -> ToolDescribers.find(none));
    assertEquals(ErrorCode.SUPERVISOR_MISSING, refused.problem().code());
    assertEquals(1, refused.getSuppressed().length);

    ClassLoader good = services(directory.resolve("good"), FixedDescriber.class);
    assertEquals(
        "fixed", ToolDescribers.find(none, good).describe(of("add"), ToolDescription.COMPACT));
  }

  /** Says the same of everything. */
  public static final class FixedDescriber implements ToolDescriber {
    @Override
    public String describe(ToolRegistry tools, ToolDescription style) {
      return "fixed";
    }

    @Override
    public ToolRegistry search(ToolRegistry tools, String query, int max) {
      return tools;
    }
  }

  private static ClassLoader services(Path directory, Class<?> provider) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(ToolDescriber.class.getName()), provider.getName());
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ToolRegistryTest.class.getClassLoader());
  }
}
