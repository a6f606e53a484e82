package io.isoruntime.docker;

import com.github.dockerjava.api.model.Container;
import io.isoruntime.IsoException;
import io.isoruntime.supervisor.local.OwnedName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes containers that a dead runtime left: normally none, since init ends with its supervisor
 * and the engine removes what has ended. One of a live owner stays, whoever that is, as long as its
 * deadline has not passed.
 */
final class Orphans {
  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

  private Orphans() {}

  /** Sweeps the engine. Failures are logged: whoever starts next tries again. */
  static void sweep(Engine engine, Owner self) {
    try {
      Map<String, Boolean> owners = new HashMap<>();
      long now = System.currentTimeMillis() / 1000;
      for (Container container : engine.labelled(Owner.INSTANCE)) {
        Map<String, String> labels = container.getLabels();
        if (labels != null && isOrphan(labels, self, now, engine, owners)) {
          LOG.warn(
              "removing the container {} of execution {}, whose owner is gone",
              container.getId(),
              labels.get(Owner.EXECUTION));
          removeInTime(engine, container.getId());
        }
      }
    } catch (IsoException e) {
      LOG.warn("containers of dead owners could not be removed: {}", e.getMessage());
    }
  }

  /**
   * Whether a container's owner is dead, or it is overdue and nobody can tell.
   *
   * @param owners what was found of containers that hold owners; grows
   */
  static boolean isOrphan(
      Map<String, String> labels,
      Owner self,
      long now,
      Engine engine,
      Map<String, Boolean> owners) {
    if (self.instance().equals(labels.get(Owner.INSTANCE))) {
      return false;
    }
    String scope = labels.get(Owner.SCOPE);
    String process = labels.get(Owner.PROCESS);
    if (self.scope().equals(scope) && process != null) {
      return !OwnedName.isOwnerAlive(process);
    }
    // Of another pid namespace: its processes can't be seen from here, but its container can.
    return Optional.ofNullable(labels.get(Owner.CONTAINER))
        .map(id -> owners.computeIfAbsent(id, key -> isGone(engine, key)))
        .orElseGet(() -> deadline(labels) < now);
  }

  /** One that can't be removed must keep nobody, neither the others' removal nor a start. */
  private static void removeInTime(Engine engine, String container) {
    try {
      engine.removeInTime(container);
    } catch (IsoException e) {
      LOG.warn("the container {} could not be removed: {}", container, e.getMessage());
    }
  }

  private static boolean isGone(Engine engine, String container) {
    return engine
        .find(container)
        .map(
            found ->
                found.getState() == null || !Boolean.TRUE.equals(found.getState().getRunning()))
        .orElse(true);
  }

  private static long deadline(Map<String, String> labels) {
    try {
      return Long.parseLong(labels.getOrDefault(Owner.DEADLINE, ""));
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // not one of ours, whatever its other labels say
    }
  }
}
