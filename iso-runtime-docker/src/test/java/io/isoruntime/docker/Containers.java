package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.Container;
import java.util.List;
import java.util.Optional;

/** A look at the engine from outside the back-end under test. */
final class Containers {
  private Containers() {}

  static Engine engine() {
    return Engine.at(Optional.empty());
  }

  static List<Container> of(String execution) {
    try (Engine engine = engine()) {
      return engine.labelled(Owner.EXECUTION + "=" + execution);
    }
  }

  /** Asks again and again: the engine has events, but their absence is what is to be shown. */
  static void assertGoneWithin(long millis, String execution) throws InterruptedException {
    long start = System.nanoTime();
    try (Engine engine = engine()) {
      List<Container> left = engine.labelled(Owner.EXECUTION + "=" + execution);
      while (!left.isEmpty()) {
        assertTrue(
            System.nanoTime() - start < millis * 1_000_000,
            "after " + millis + " ms there is still " + left);
        Thread.sleep(20);
        left = engine.labelled(Owner.EXECUTION + "=" + execution);
      }
    }
  }
}
