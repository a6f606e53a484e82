package io.isoruntime.conformance;

import io.isoruntime.Control;
import java.util.List;

/** What a program leaves in its output directory and elsewhere. */
final class FileCases {
  private FileCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("A1", "output files that are links to others' files", "rejected and named")
            .trial(LinkTrials::symlinks),
        Case.of("A2", "links in the place of directories, and in circles", "rejected and named")
            .trial(LinkTrials::symlinkedDirectories),
        Case.of("A3", "one file under many names", "taken once, the other names rejected")
            .trial(LinkTrials::hardlinks),
        Case.of("A4", "FIFO, socket and device as output", "rejected, and nobody waits for them")
            .trial(LinkTrials::specialFiles),
        Case.of("A5", "output named as the supervisor's records", "never taken for them")
            .trial(NameTrials::forgedRecords),
        Case.of("A6", "names that deceive terminals, logs and hosts", "escaped or rejected")
            .trial(NameTrials::hostileNames),
        Case.of("A7", "directories 10 000 deep", "rejected below a fixed depth")
            .trial(BulkTrials::deepTree),
        Case.of("A8", "results too large or nested too deep", "an error of size or of depth")
            .trial(BulkTrials::largeResults),
        Case.of("A9", "a zip bomb as output", "kept as it is, unopened").trial(BulkTrials::zipBomb),
        Case.of("A10", "output without rights, and with setuid", "taken as plain files, removed")
            .trial(LinkTrials::lockedTree),
        Case.of(
                "A11",
                "writes to the system, to init's files and to inputs",
                "denied; the host's copies stay as they are")
            .proves(Control.FILE_SYSTEM)
            .trial(NameTrials::writesElsewhere),
        Case.of("A12", "output that changes while it is collected", "impossible: nobody is left")
            .trial(LinkTrials::swapRace),
        Case.of("A13", "more output files than allowed", "the excess rejected, the outcome stands")
            .trial(BulkTrials::manyFiles),
        Case.of("A14", "the output directory replaced by a link", "nothing foreign is collected")
            .trial(LinkTrials::replacedDirectories),
        Case.of("A15", "links to whatever the reader has open", "no byte reaches the channel")
            .trial(LinkTrials::linksToDescriptors),
        Case.of(
                "A16",
                "a directory of more names than init looks at",
                "an end at a fixed number; no more memory, where it can be seen (subprocess)")
            .trial(WalkTrials::manyEntries));
  }
}
