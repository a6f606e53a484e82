package io.isoruntime.cli.doctor;

import java.util.Optional;

/**
 * One finding.
 *
 * @param name stable, for scripts
 * @param passed whether all is well
 * @param detail what was seen
 * @param remedy what to do now, where something is not well
 */
public record Row(String name, boolean passed, String detail, Optional<String> remedy) {

  static Row pass(String name, String detail) {
    return new Row(name, true, detail, Optional.empty());
  }

  static Row fail(String name, String detail, String remedy) {
    return new Row(name, false, detail, Optional.of(remedy));
  }

  static Row of(boolean passed, String name, String detail, String remedy) {
    return passed ? pass(name, detail) : fail(name, detail, remedy);
  }
}
