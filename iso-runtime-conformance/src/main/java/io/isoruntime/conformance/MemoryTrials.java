package io.isoruntime.conformance;

import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Trials with more memory than there is; each completes where there is enough. */
final class MemoryTrials {
  private static final int MEBIBYTES = 192;

  private static final SandboxProfile LARGE =
      Attack.SMALL.toBuilder().memoryBytes(512L << 20).build();

  private static final SandboxProfile HALF_STORAGE =
      Attack.SMALL.toBuilder().memoryBytes(96L << 20).storageBytes(48L << 20).build();

  private MemoryTrials() {}

  static Finding allocate(Stage stage) {
    List<String> ways = List.of("one process", "many processes", "mmap");
    Attack attack = Attack.of("resources/r03_memory.py").with("mebibytes", MEBIBYTES);
    List<String> seen = new ArrayList<>();
    seen.add("all of it " + completes(stage, attack.with("ways", ways).in(LARGE)));
    for (String way : ways) {
      seen.add(way + " " + exceeds(stage, attack.with("ways", List.of(way))));
    }
    return Finding.held(String.join("; ", seen));
  }

  static Finding files(Stage stage) {
    Attack both = memoryFiles(46, 0, 55).in(HALF_STORAGE);
    Attack nameless = memoryFiles(0, MEBIBYTES, 0);
    return Finding.held(
        "without files "
            + completes(stage, memoryFiles(0, 0, 55).in(HALF_STORAGE))
            + ", with /dev/shm and storage filled "
            + exceeds(stage, both)
            + "; memfd "
            + exceeds(stage, nameless)
            + ", where there is enough "
            + completes(stage, nameless.in(LARGE)));
  }

  private static Attack memoryFiles(int files, int memfd, int own) {
    return Attack.of("resources/r04_files_in_memory.py")
        .with("files", files)
        .with("memfd", memfd)
        .with("own", own);
  }

  static Finding everywhere(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r21_everywhere.py");
    Finding denied = stage.attack(attack);
    Attack all = attack.with("mebibytes", MEBIBYTES);
    return new Finding(
        denied.verdict(),
        denied.evidence()
            + "; "
            + exceeds(stage, all)
            + ", where there is enough "
            + completes(stage, all.in(LARGE)));
  }

  private static String completes(Stage stage, Attack attack) {
    ExecutionResult result = stage.run(attack);
    Unmet.unless(result.isCompleted(), () -> "with enough memory: " + Describe.result(result));
    return "completed with " + (result.usage().peakMemoryBytes() >> 20) + " MiB";
  }

  private static String exceeds(Stage stage, Attack attack) {
    ExecutionResult result = stage.run(attack);
    ProcessTrials.exceeded(Limit.MEMORY, result);
    long peak = result.usage().peakMemoryBytes();
    Unmet.unless(
        peak <= attack.profile().memoryBytes(),
        () -> "it had " + peak + " bytes: " + Describe.result(result));
    return "ended at " + (peak >> 20) + " MiB";
  }
}
