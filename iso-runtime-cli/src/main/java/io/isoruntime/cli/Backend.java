package io.isoruntime.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The back-ends of this build; another one is one more constant and one more {@link Target}. */
enum Backend {
  /** Linux namespaces of this host. */
  SUBPROCESS,
  /** Sibling containers of a Docker engine. */
  DOCKER;

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
          "there is no back-end '"
              + label
              + "'. Use one of: "
              + Arrays.stream(values()).map(Backend::label).collect(Collectors.joining(", "))
              + ".");
    }
  }
}
