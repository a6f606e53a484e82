package io.isoruntime.supervisor.python;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sources of the program that checks another one: an ordinary program of a sandbox.
 * Thread-safe.
 */
public final class CheckerSources {
  /** The name of the input that holds what is to be checked. */
  public static final String SOURCE = "source";

  private static final String PACKAGE = "iso_check/";
  private static final List<String> MODULES =
      List.of("__init__", "findings", "uses", "calls", "reading", "names", "declarations");

  private CheckerSources() {}

  /** The program, which finds its modules and the {@linkplain #SOURCE source} among its inputs. */
  public static String program() {
    return PythonResource.read(PACKAGE + "__main__.py");
  }

  /** Its modules by the names that they must have as inputs. */
  public static Map<String, String> inputs() {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (String module : MODULES) {
      String name = PACKAGE + module + ".py";
      inputs.put(name, PythonResource.read(name));
    }
    return inputs;
  }
}
