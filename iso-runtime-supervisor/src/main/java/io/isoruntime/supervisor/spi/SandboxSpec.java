package io.isoruntime.supervisor.spi;

import io.isoruntime.SandboxProfile;
import java.time.Duration;

/**
 * What to make.
 *
 * @param executionId for names, labels and logs
 * @param profile the resources
 * @param token the secret by which init proves itself. Init alone reads it, after the executor has
 *     been forked; it is never in an argument, the environment or a file. An engine that passes it
 *     on is trusted with it
 * @param startTime how long the making may take
 * @param lifetime how long it is needed at most, making and ending included: for whoever finds it
 *     later without knowing its owner
 */
public record SandboxSpec(
    String executionId,
    SandboxProfile profile,
    Token token,
    Duration startTime,
    Duration lifetime) {}
