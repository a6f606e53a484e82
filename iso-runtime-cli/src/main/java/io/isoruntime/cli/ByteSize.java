package io.isoruntime.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes such as {@code 512m}. Units are binary, with and without {@code i}, as Docker's. */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?(?:([kmgt])i?b?|b)?");

  @Override
  public Long convert(String text) {
    return parse(text);
  }

  static long parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      try {
        int power = matcher.group(2) == null ? 0 : "bkmgt".indexOf(matcher.group(2));
        return new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(1L << (10 * power)))
            .longValueExact();
      } catch (ArithmeticException e) {
        // falls through: a fraction of a byte, or more than a long holds
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is not a size. Give bytes, or a number with k, m, g or t, such as 512m.");
  }
}
