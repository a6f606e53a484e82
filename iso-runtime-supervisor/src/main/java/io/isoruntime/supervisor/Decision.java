package io.isoruntime.supervisor;

import io.isoruntime.Limit;
import io.isoruntime.Problem;

/** Why an execution came to its end; the first one counts. */
sealed interface Decision {

  /** The main process ended by itself, or by a signal. */
  record Exited() implements Decision {}

  /** The wall-clock limit was reached. */
  record Expired() implements Decision {}

  /** The embedder doesn't want it any more. */
  record Cancelled() implements Decision {}

  /** A limit that we or the kernel count for the whole tree. */
  record Exceeded(Limit limit) implements Decision {}

  /** The program wrote to the tool pipe what isn't a call. */
  record Violated(String what) implements Decision {}

  /** A protection is missing; nothing was run. */
  record Refused(Problem problem) implements Decision {}

  /** The host failed. */
  record Failed(Problem problem) implements Decision {}
}
