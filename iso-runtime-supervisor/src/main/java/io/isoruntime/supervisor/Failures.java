package io.isoruntime.supervisor;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The problems that the flow itself tells. */
final class Failures {
  private Failures() {}

  static Problem channelLost(String cause) {
    return new Problem(
        ErrorCode.CHANNEL_LOST,
        cause,
        "The execution has no verdict of its own; what had arrived is in the result.",
        "Run it again; if it happens again, look for out-of-memory kills and crashes in the host's"
            + " log.");
  }

  /** Something that this library should have foreseen; the sandbox is ended all the same. */
  static Problem defect(Throwable defect) {
    return new Problem(
        ErrorCode.INTERNAL,
        "The supervisor failed with " + defect.getClass().getSimpleName() + ".",
        "The execution was ended; what had arrived is in the result.",
        defect instanceof OutOfMemoryError
            ? "Give the JVM more heap, or lower the limits of output, results and tool calls."
            : "Report it with the stack trace in the service's log.");
  }

  static Problem notAuthentic(String cause) {
    return new Problem(
        ErrorCode.CHANNEL_AUTHENTICATION,
        cause,
        "The sandbox was destroyed before any code was run.",
        "Check that interpreter or image come from this version of the library.");
  }

  static Problem incomplete(
      List<IsolationReport.Reading> missing, Function<Control, Optional<String>> remedy) {
    String lacks =
        missing.stream()
            .map(reading -> reading.control().label() + " (" + reading.evidence() + ")")
            .collect(Collectors.joining("; "));
    String remedies =
        missing.stream()
            .map(reading -> remedy.apply(reading.control()).orElse("see docs/security.md"))
            .distinct()
            .collect(Collectors.joining("; "));
    String waivable =
        missing.stream()
            .map(IsolationReport.Reading::control)
            .filter(Control::waivable)
            .map(Control::label)
            .collect(Collectors.joining(","));
    boolean all = missing.stream().allMatch(reading -> reading.control().waivable());
    return new Problem(
        ErrorCode.ISOLATION_INCOMPLETE,
        "The sandbox lacks " + lacks + ".",
        "It was refused before any code was run.",
        Character.toUpperCase(remedies.charAt(0))
            + remedies.substring(1)
            + (all
                ? "; or accept it with allowDegraded (--allow-degraded " + waivable + ")."
                : "."));
  }

  /** What happened, where a stage tells of another one's failure. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** The stage's value, or the cause of its failure. */
  static <T> T join(CompletableFuture<T> stage) throws IOException {
    try {
      return stage.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IsoException failure) {
        throw failure;
      }
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
