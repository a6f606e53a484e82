package io.isoruntime.docker;

import io.isoruntime.IsoException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes one container, however long the engine takes to be able to. */
final class Removal {
  private static final Logger LOG = LoggerFactory.getLogger(Removal.class);
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 10_000;

  private final Engine engine;
  private final String id;

  Removal(Engine engine, String id) {
    this.engine = engine;
    this.id = id;
  }

  /** Blocks until it is gone, or this thread is interrupted. */
  void untilGone() {
    for (long pause = FIRST_MILLIS; ; pause = Math.min(2 * pause, LONGEST_MILLIS)) {
      try {
        engine.remove(id);
        return;
      } catch (IsoException e) {
        LOG.warn("the container {} can't be removed yet: {}", id, e.getMessage());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the container " + id + " could not be removed", e);
      }
    }
  }
}
