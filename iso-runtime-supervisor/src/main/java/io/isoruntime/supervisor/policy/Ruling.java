package io.isoruntime.supervisor.policy;

import io.isoruntime.ToolException;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says of a call.
 *
 * @param refusal what the program is told; {@code null} if the call is let through
 * @param reason why it is refused, for the host
 * @param needsApproval whether it is let through only if somebody approves
 */
public record Ruling(@Nullable ToolException refusal, String reason, boolean needsApproval) {
  static final Ruling LET_THROUGH = new Ruling(null, "", false);
  static final Ruling ASK = new Ruling(null, "", true);

  static Ruling refused(String code, String message, String reason) {
    return new Ruling(new ToolException(code, message, false), reason, false);
  }
}
