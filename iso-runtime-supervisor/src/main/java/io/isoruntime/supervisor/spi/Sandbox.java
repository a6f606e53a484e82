package io.isoruntime.supervisor.spi;

import io.isoruntime.Problem;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A sandbox that was made. Safe for use by many threads; the streams by one each. */
public interface Sandbox {

  /** Bytes from init; end-of-file when init is gone. */
  InputStream fromInit();

  /** Bytes to init. */
  OutputStream toInit();

  /** How the bytes travel, such as {@code unix-socket}. */
  String channel();

  /**
   * What the host can attest, or with which the facts from inside must agree. Limits that stand
   * here were read when called, never remembered from the request.
   */
  HostFacts hostFacts();

  /** What the sandbox has used so far. Cheap enough to be asked ten times a second. */
  Consumption consumption();

  /**
   * Whether init lives, as far as is known without asking anybody. A sandbox that waits for its
   * program is looked at before it gets one.
   */
  default boolean isAlive() {
    return true;
  }

  /**
   * Whether one that is made now would be made of the same; not so once its image's name stands for
   * another image. May ask an engine.
   */
  default boolean isCurrent() {
    return true;
  }

  /**
   * What the host recorded of a sandbox whose init is gone, in particular whether it was killed for
   * its memory. May wait for up to a second, since some hosts record such a death a moment later.
   */
  default Consumption lastConsumption() {
    return consumption();
  }

  /**
   * Why init ended before it had said a word, where the host knows more than that the channel
   * ended. May wait for up to a second.
   */
  default Optional<Problem> silentEnd() {
    return Optional.empty();
  }

  /**
   * Kills everything in the sandbox from outside, proves it empty and releases it. Idempotent.
   *
   * @return completes when nothing is left; exceptionally when that could not be proven
   */
  CompletionStage<Void> destroy();
}
