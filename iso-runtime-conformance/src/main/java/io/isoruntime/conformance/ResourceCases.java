package io.isoruntime.conformance;

import io.isoruntime.Control;
import java.util.List;

/** What exhausts: processes, memory, storage, output, time; and what would not end. */
final class ResourceCases {
  private static final String MEMORY = "ended by the memory limit, and nobody else is";

  private ResourceCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("R1", "fork bomb", "EAGAIN at the process limit, and the host answers")
            .dependsOn(Control.PIDS)
            .trial(stage -> ProcessTrials.many(stage, "resources/r01_fork_bomb.py", "fork")),
        Case.of("R2", "100,000 threads", "EAGAIN at the process limit, and the host answers")
            .dependsOn(Control.PIDS)
            .trial(stage -> ProcessTrials.many(stage, "resources/r02_threads.py", "threads")),
        Case.of("R3", "memory touched by one process, by many, or mapped", MEMORY)
            .dependsOn(Control.MEMORY)
            .trial(MemoryTrials::allocate),
        Case.of("R4", "/dev/shm and memfd filled", "charged to the same memory limit")
            .dependsOn(Control.MEMORY)
            .trial(MemoryTrials::files),
        Case.of("R5", "output directory filled", "ENOSPC, and the limit is named")
            .proves(Control.STORAGE)
            .trial(StorageTrials::fill),
        Case.of("R6", "a million empty files", "the limit of inodes, and a quick clean-up")
            .proves(Control.STORAGE)
            .trial(StorageTrials::manyFiles),
        Case.of("R7", "writing to unlinked open files", "still counted")
            .proves(Control.STORAGE)
            .trial(StorageTrials::unlinked),
        Case.of("R8", "sparse file of 1 TiB", "EFBIG, or rejected by its size; never expanded")
            .proves(Control.RESOURCE_LIMITS)
            .trial(StorageTrials::sparse),
        Case.of("R9", "gigabytes of output", "head and tail are kept, and the heap is flat")
            .trial(OutputTrials::flood),
        Case.of("R10", "one line of 2 GiB, not UTF-8", "the same, decoded with replacements")
            .trial(OutputTrials::line),
        Case.of("R11", "a daemon holds stdout after main's exit", "the result within 2 s")
            .trial(EndTrials::daemon),
        Case.of("R12", "ignoring every signal", "killed on time").trial(EndTrials::ignores),
        Case.of("R13", "stopping itself and its group", "timed out on time")
            .trial(EndTrials::stopped),
        Case.of("R14", "kill of PID 1, of the parent, of all", "only its own tree, never completed")
            .proves(Control.SECCOMP, Control.INIT)
            .trial(EndTrials::kill),
        Case.of("R15", "CPU time in many processes", "the limits hold for all together")
            .dependsOn(Control.CPU)
            .trial(ProcessTrials::spin),
        Case.of("R16", "higher limits, better priority, another cgroup or user", "denied")
            .proves(Control.RESOURCE_LIMITS, Control.CAPABILITIES, Control.FILE_SYSTEM)
            .program("resources/r16_more.py"),
        Case.of("R17", "os._exit(0) midway", "told as unfinished, never as a result")
            .trial(EndTrials::exit),
        Case.of("R18", "segmentation fault", "the signal is told, and there is no core file")
            .proves(Control.RESOURCE_LIMITS)
            .trial(EndTrials::segfault),
        Case.of("R19", "starving PID 1", "denied by the filter, and killed on time")
            .proves(Control.SECCOMP, Control.INIT)
            .trial(ProcessTrials::starve),
        Case.of("R20", "limits for PID 1", "denied by the filter, and artifacts are collected")
            .proves(Control.SECCOMP, Control.INIT)
            .trial(ProcessTrials::limitInit),
        Case.of("R21", "memory in every place, in many small processes", MEMORY)
            .dependsOn(Control.MEMORY)
            .proves(Control.SECCOMP, Control.CAPABILITIES)
            .trial(MemoryTrials::everywhere),
        Case.of("R22", "fork bomb and churn while killed", "nothing is left within a second")
            .proves(Control.INIT)
            .trial(ProcessTrials::churn),
        Case.of("R23", "zombie leader, CLONE_PARENT", "no false death, no false exit")
            .proves(Control.INIT)
            .trial(EndTrials::undead),
        Case.of("R24", "hoarding what the host has few of", "a neighbour is unaffected")
            .dependsOn(Control.DISTINCT_UID)
            .proves(Control.SECCOMP)
            .trial(ProcessTrials::hoard));
  }
}
