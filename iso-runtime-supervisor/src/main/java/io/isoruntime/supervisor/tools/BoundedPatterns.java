package io.isoruntime.supervisor.tools;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/**
 * The patterns of schemas, which find an end: what they are compared with comes from programs, and
 * there are patterns that with some texts take years (CWE-1333).
 */
final class BoundedPatterns implements RegularExpressionFactory {
  /** Some tenths of a second. */
  private static final long MOST_STEPS = 10_000_000;

  /** So often a text of any length may be gone through besides. */
  private static final long MOST_TURNS = 10;

  @Override
  public RegularExpression getRegularExpression(String regex) {
    Pattern pattern =
        Pattern.compile(
            RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(regex)));
    return text -> pattern.matcher(new Metered(text)).find();
  }

  /** Counts how often one of its characters is looked at. For one thread. */
  private static final class Metered implements CharSequence {
    private final String text;
    private long left;

    Metered(String text) {
      this.text = text;
      this.left = MOST_STEPS + MOST_TURNS * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new IllegalStateException("The pattern takes too long.");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int begin, int end) {
      return text.subSequence(begin, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
