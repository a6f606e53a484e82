package io.isoruntime;

import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the {@link ToolDescriber}: beside the API, or else where the thread's classes are. */
final class ToolDescribers {
  private ToolDescribers() {}

  static ToolDescriber find() {
    return find(
        ToolDescribers.class.getClassLoader(), Thread.currentThread().getContextClassLoader());
  }

  static ToolDescriber find(ClassLoader... places) {
    IsoException missing =
        new Problem(
                ErrorCode.SUPERVISOR_MISSING,
                "There is no supervisor that could describe tools.",
                "Nothing was described or searched.",
                "Have iso-runtime-supervisor, of the API's version, on the class path or module"
                    + " path; each back-end brings it.")
            .toException();
    for (ClassLoader place : places) {
      try {
        Optional<ToolDescriber> found = ServiceLoader.load(ToolDescriber.class, place).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (ServiceConfigurationError e) { // such as one that belongs to another copy of the API
        missing.addSuppressed(e);
      }
    }
    throw missing;
  }
}
