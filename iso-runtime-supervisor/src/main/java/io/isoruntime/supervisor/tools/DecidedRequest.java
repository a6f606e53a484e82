package io.isoruntime.supervisor.tools;

import io.isoruntime.ToolDecision;
import java.time.Instant;

/**
 * A call and what was decided on it.
 *
 * @param id its number
 * @param tool its tool
 * @param request the program's JSON, verbatim
 * @param decision whether it was let through
 * @param at when that was decided
 */
@SuppressWarnings("ArrayRecordComponent") // told once and never compared
public record DecidedRequest(
    long id, String tool, byte[] request, ToolDecision decision, Instant at) {}
