package io.isoruntime.supervisor.spi;

import io.isoruntime.SandboxProfile;
import java.time.Duration;

/**
 * What to make.
 *
 * @param id for names, labels and logs: that of the execution, or one of its own
 * @param profile the resources
 * @param token the secret by which init proves itself. Init alone reads it, after the executor has
 *     been forked; it is never in an argument, the environment or a file. An engine that passes it
 *     on is trusted with it
 * @param startTime how long the making may take
 * @param lifetime how long it is needed at most, making and ending included: for whoever finds it
 *     later without knowing its owner
 * @param ahead whether it is made before there is a program for it, which gives it time to warm up
 */
public record SandboxSpec(
    String id,
    SandboxProfile profile,
    Token token,
    Duration startTime,
    Duration lifetime,
    boolean ahead) {}
