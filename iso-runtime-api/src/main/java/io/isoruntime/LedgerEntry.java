package io.isoruntime;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The record of one tool call. Values are as JSON has them; in place of one that is withheld stands
 * {@code {"$redacted": true}}, of one that is too large {@code {"$omitted": {"bytes": …}}}.
 *
 * @param executionId the execution that called
 * @param sequence its place in the ledger, from 1 on: the order in which calls ended
 * @param callId the call's number within the execution, counted by the program
 * @param tool the name as called; untrusted
 * @param status how it ended
 * @param decision whether it was let through
 * @param arguments what the program sent; {@code null} if that isn't JSON
 * @param result what the tool returned; {@code null} if it didn't
 * @param error {@code code}, {@code message} and {@code retryable} as the program was told them;
 *     {@code null} if there was none
 * @param startedAt when it came
 * @param took from then to its end
 * @param digest the entry's SHA-256, as 64 hexadecimal digits: the head of the ledger up to here
 */
public record LedgerEntry(
    String executionId,
    long sequence,
    long callId,
    String tool,
    ToolCallStatus status,
    ToolDecision decision,
    @Nullable Object arguments,
    @Nullable Object result,
    @Nullable Object error,
    Instant startedAt,
    Duration took,
    String digest) {}
