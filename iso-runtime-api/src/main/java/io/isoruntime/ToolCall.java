package io.isoruntime;

import java.time.Duration;

/**
 * The record of a tool call; with arguments and result, as far as they aren't huge, it is in the
 * workspace's {@code out/calls}.
 *
 * @param id unique within the execution, counted by the program
 * @param tool the name as called
 * @param status how it ended
 * @param took from its arrival to its answer
 */
public record ToolCall(long id, String tool, ToolCallStatus status, Duration took) {}
