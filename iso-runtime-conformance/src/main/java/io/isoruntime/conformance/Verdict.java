package io.isoruntime.conformance;

import java.util.Locale;

/** What came of a case. */
public enum Verdict {
  /** The attack works without the sandbox and failed in it, and nothing was left. */
  HELD,
  /** The attack worked, or something was left, or the outcome was another than the required one. */
  FAILED,
  /** The protection can't be had here, and the runtime refused to run without it. */
  REFUSED,
  /** The attack does not work here even without a sandbox, so that the case proves nothing. */
  VACUOUS,
  /** The case is about something that this platform does not have. */
  NOT_APPLICABLE,
  /** The case would harm the host, or needs what only the library's own build has. */
  LEFT_OUT;

  /** The name in JSON, such as {@code not_applicable}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
