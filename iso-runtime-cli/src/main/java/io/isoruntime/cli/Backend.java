package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The back-ends of this build; another one is one more constant. */
enum Backend {
  /** Linux namespaces of this host. */
  SUBPROCESS {
    @Override
    Runtime open(RuntimeSpec spec) {
      return SubprocessRuntime.builder()
          .interpreter(spec.python())
          .profile(spec.profile())
          .allowDegraded(spec.waived().toArray(Control[]::new))
          .build();
    }
  };

  /**
   * Makes a runtime.
   *
   * @throws io.isoruntime.IsoException if the host is not ready for it
   */
  abstract Runtime open(RuntimeSpec spec);

  /** The name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }

  /** Reads a back-end's name. */
  static final class Converter implements ITypeConverter<Backend> {
    @Override
    public Backend convert(String label) {
      for (Backend backend : values()) {
        if (backend.label().equals(label)) {
          return backend;
        }
      }
      throw new TypeConversionException(
          (label.equals("docker")
                  ? "the docker back-end is not part of this build yet."
                  : "there is no back-end '" + label + "'.")
              + " Use one of: "
              + Arrays.stream(values()).map(Backend::label).collect(Collectors.joining(", "))
              + ".");
    }
  }
}
