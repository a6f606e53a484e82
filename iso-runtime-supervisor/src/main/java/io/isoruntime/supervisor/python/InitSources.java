package io.isoruntime.supervisor.python;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sources of init, executor and helper. Thread-safe. */
public final class InitSources {
  private static final String DIRECTORY = "iso_init/";

  private InitSources() {}

  /** Each module's name, such as {@code frames}, and source, in order of dependency. */
  public static Map<String, String> modules() {
    Map<String, String> modules = new LinkedHashMap<>();
    read("MODULES")
        .lines()
        .map(String::strip)
        .filter(name -> !name.isEmpty() && !name.startsWith("#"))
        .forEach(name -> modules.put(name, read(name + ".py")));
    return modules;
  }

  /** The program that asks an interpreter about itself and compiles the modules for it. */
  public static String probe() {
    return read("probe.py");
  }

  /** The program, given to the interpreter with {@code -c}, that loads the compiled modules. */
  public static String boot() {
    return read("boot.py");
  }

  private static String read(String name) {
    return PythonResource.read(DIRECTORY + name);
  }
}
