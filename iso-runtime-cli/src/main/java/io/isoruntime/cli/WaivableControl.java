package io.isoruntime.cli;

import io.isoruntime.Control;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a control that may be missing. */
final class WaivableControl implements ITypeConverter<Control> {

  @Override
  public Control convert(String label) {
    Optional<Control> control = Control.ofLabel(label);
    if (control.filter(Control::waivable).isPresent()) {
      return control.get();
    }
    throw new TypeConversionException(
        (control.isPresent() ? "'" + label + "' is never optional." : "no control '" + label + "'.")
            + " These can be waived: "
            + waivable()
            + ".");
  }

  private static String waivable() {
    return Arrays.stream(Control.values())
        .filter(Control::waivable)
        .map(Control::label)
        .collect(Collectors.joining(", "));
  }
}
