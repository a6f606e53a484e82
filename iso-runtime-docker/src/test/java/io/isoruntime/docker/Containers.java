package io.isoruntime.docker;

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
}
