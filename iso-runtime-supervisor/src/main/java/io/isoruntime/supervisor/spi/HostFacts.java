package io.isoruntime.supervisor.spi;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the host sees of a sandbox and of itself, for comparison with what the executor attests.
 *
 * @param place where the sandbox is
 * @param namespaces the host process's own namespaces, kind to id, such as {@code net} to {@code
 *     net:[4026531840]}; with {@link Place.Kernel#OURS} the sandbox's must differ in each. Only
 *     {@code user} may be left out, by a back-end whose sandboxes have none of their own
 * @param uid the user id of the host process; -1 if it is another machine's
 * @param executorHostUid the executor's user id as the host sees it; empty to believe the
 *     executor's own uid_map
 * @param memoryBytes the memory limit in force for all the program's processes together; this and
 *     the next two are empty where only init can read them
 * @param processes the process limit in force
 * @param milliCpus the CPU limit in force, in thousandths of a core
 * @param initUid init's user id inside
 * @param executorUid the executor's user id inside
 * @param executorGid the executor's group id inside
 * @param mountPoints the only paths at which something may be mounted
 * @param writablePaths those of them that may be writable
 * @param storagePaths those of the writable ones whose sizes together are the profile's storage
 * @param deviceNodes those of them that are device nodes or hold some
 * @param environment the only names that the executor's environment may hold
 */
public record HostFacts(
    Place place,
    Map<String, String> namespaces,
    long uid,
    OptionalLong executorHostUid,
    OptionalLong memoryBytes,
    OptionalLong processes,
    OptionalLong milliCpus,
    long initUid,
    long executorUid,
    long executorGid,
    Set<String> mountPoints,
    Set<String> writablePaths,
    Set<String> storagePaths,
    Set<String> deviceNodes,
    Set<String> environment) {}
