package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call was let through to its tool, and why not. Immutable.
 *
 * @param allowed whether it was
 * @param code what the program was told, such as {@code OVER_BUDGET}; empty if it was allowed
 * @param reason for the host: it may tell what the program must not know, such as whether a tool
 *     exists; of an approval, what was said with it
 * @param waited how long the answer of a {@link ToolApproval} took; empty if none was asked for
 */
public record ToolDecision(
    boolean allowed, Optional<String> code, String reason, Optional<Duration> waited) {
  private static final ToolDecision ALLOWED =
      new ToolDecision(true, Optional.empty(), "", Optional.empty());

  /** Requires all four. */
  public ToolDecision {
    requireNonNull(code);
    requireNonNull(reason);
    requireNonNull(waited);
  }

  /** Allowed without asking anybody. */
  public static ToolDecision allow() {
    return ALLOWED;
  }

  /** Allowed by an approval. */
  public static ToolDecision approved(String reason, Duration waited) {
    return new ToolDecision(true, Optional.empty(), reason, Optional.of(waited));
  }

  /** Denied. */
  public static ToolDecision deny(String code, String reason, @Nullable Duration waited) {
    return new ToolDecision(false, Optional.of(code), reason, Optional.ofNullable(waited));
  }
}
