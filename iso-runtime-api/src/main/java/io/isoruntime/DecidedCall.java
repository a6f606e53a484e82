package io.isoruntime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that was let through or denied. Immutable.
 *
 * @param executionId the execution that calls
 * @param callId the call's number within the execution, counted by the program
 * @param tool the name as called; untrusted
 * @param arguments redacted, as in the ledger; {@code null} if they aren't JSON
 * @param decision what was decided
 * @param at when
 */
public record DecidedCall(
    String executionId,
    long callId,
    String tool,
    @Nullable Object arguments,
    ToolDecision decision,
    Instant at) {}
