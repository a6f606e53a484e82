package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.PathTranslator;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What an embedder chose for the Docker back-end.
 *
 * @param image the image of sandboxes
 * @param pull whether a missing image is fetched
 * @param engine the engine's address, or empty for DOCKER_HOST
 * @param ociRuntime such as {@code runsc}, or empty for the engine's own
 * @param channel how to talk
 * @param translator the host's names of paths, or empty to find out
 * @param firstUid the lowest user id of executors
 * @param uidCount how many there are
 * @param gid the group id of executors
 * @param waived controls that may be missing
 * @param workspaceRoot where workspaces are, a candidate for the socket's directory
 */
record DockerSettings(
    String image,
    PullPolicy pull,
    Optional<String> engine,
    Optional<String> ociRuntime,
    DockerChannel channel,
    Optional<PathTranslator> translator,
    long firstUid,
    int uidCount,
    long gid,
    Set<Control> waived,
    Path workspaceRoot) {}
