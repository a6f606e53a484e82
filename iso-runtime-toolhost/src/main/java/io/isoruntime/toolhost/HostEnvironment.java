package io.isoruntime.toolhost;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The variables that bundles get: those that were named, and nothing else. Not thread-safe. */
final class HostEnvironment {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> ours;
  private final Map<String, String> variables = new TreeMap<>();

  HostEnvironment(Map<String, String> ours) {
    this.ours = ours;
  }

  void set(String name, String value) {
    if (!NAME.matcher(name).matches() || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("'" + name + "' can't be a variable of the environment.");
    }
    variables.put(name, value);
  }

  void pass(String... names) {
    for (String name : names) {
      boolean beginning = name.endsWith("*");
      String text = beginning ? name.substring(0, name.length() - 1) : name;
      if (!NAME.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "'" + name + "' is neither a variable's name nor a beginning of one such as AWS_*.");
      }
      ours.forEach(
          (key, value) -> {
            if (beginning ? key.startsWith(text) : key.equals(text)) {
              variables.put(key, value);
            }
          });
    }
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }
}
