package io.isoruntime.supervisor.tools;

/**
 * A tool's answer that is JSON already, as it was sent to a program once.
 *
 * @param json what follows {@code "ok":}
 */
@SuppressWarnings("ArrayRecordComponent") // sent once and never compared
public record RecordedResult(byte[] json) {}
