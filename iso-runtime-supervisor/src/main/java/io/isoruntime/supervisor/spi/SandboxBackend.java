package io.isoruntime.supervisor.spi;

import io.isoruntime.Control;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A way of making sandboxes. Implementations are safe for use by many threads. */
public interface SandboxBackend extends AutoCloseable {

  /** Such as {@code subprocess}; stands in reports and logs. */
  String name();

  /**
   * Makes a sandbox in which init has been started and connected. Its bytes are not yet
   * authenticated; that is the supervisor's work. Returns at once: what takes time is done on
   * threads of the back-end.
   *
   * @return completes with the sandbox, or exceptionally with an {@link
   *     io.isoruntime.IsoException}; in that case nothing is left behind, at once or as soon as it
   *     can be removed. Cancelling it is not supported: destroy what it yields.
   */
  CompletionStage<Sandbox> create(SandboxSpec spec);

  /** How an operator gets a control that is missing here: a clause; empty for what can't be. */
  default Optional<String> remedy(Control control) {
    return Optional.empty();
  }

  /** Destroys every sandbox that is left and releases the rest. Idempotent. */
  @Override
  void close();
}
