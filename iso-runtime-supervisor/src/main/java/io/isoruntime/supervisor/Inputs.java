package io.isoruntime.supervisor;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.workspace.ExecutionRecords.InputFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is sent into the sandbox before the program starts.
 *
 * @param program the source
 * @param files inputs and earlier outputs
 * @param links names of inputs that are also to appear in the working directory: those that no
 *     earlier output has taken
 */
@SuppressWarnings("ArrayRecordComponent") // sent once and never compared
record Inputs(byte[] program, List<InputFile> files, List<String> links) {

  /**
   * Decides what is sent.
   *
   * @throws io.isoruntime.IsoException if it can't fit the sandbox's storage
   */
  static Inputs of(List<InputFile> files, ExecutionRequest request, SandboxProfile profile) {
    byte[] program = request.code().getBytes(StandardCharsets.UTF_8);
    long total = program.length;
    Set<String> paths = new HashSet<>();
    for (InputFile file : files) {
      total += file.file().toFile().length();
      paths.add(file.path());
    }
    if (total > profile.storageBytes() || files.size() + 64L > profile.storageInodes()) {
      throw new Problem(
              ErrorCode.INPUT_TOO_LARGE,
              files.size()
                  + " files of "
                  + total
                  + " bytes don't fit the sandbox's storage of "
                  + profile.storageBytes()
                  + " bytes and "
                  + profile.storageInodes()
                  + " inodes.",
              "The program was not started.",
              "Allow more storage (and memory), or use fewer or smaller files.")
          .toException();
    }
    List<String> links = new ArrayList<>();
    for (InputFile file : files) {
      if (file.path().startsWith("in/")) {
        String name = file.path().substring("in/".length());
        if (!paths.contains("out/" + name)) {
          links.add(name);
        }
      }
    }
    return new Inputs(program, files, links);
  }
}
