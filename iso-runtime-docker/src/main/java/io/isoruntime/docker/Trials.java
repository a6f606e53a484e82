package io.isoruntime.docker;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Throw-away containers, confined like sandboxes, in which a program of ours looks around. */
final class Trials implements Reach.Trial {
  private static final Logger LOG = LoggerFactory.getLogger(Trials.class);
  private static final long SECONDS = 60;

  private final Site site;
  private final Executor workers;
  private final ScheduledExecutorService timers;

  Trials(Site site, Executor workers, ScheduledExecutorService timers) {
    this.site = site;
    this.workers = workers;
    this.timers = timers;
  }

  @Override
  public String run(List<ContainerPlan.Bind> binds, List<String> command) {
    Engine engine = site.engine();
    Map<String, String> labels =
        site.owner().labels("probe", System.currentTimeMillis() / 1000 + SECONDS);
    ContainerPlan plan = site.plan(ExecutorSettings.UID, SandboxProfile.defaults(), binds, labels);
    String id =
        engine
            .create(plan.image(), Optional.empty(), plan.hostConfig(), labels, command)
            .orElseThrow(() -> new IllegalStateException("a name was taken that was not given"))
            .id();
    try (AttachedStream stream = engine.attach(id)) {
      engine.start(id);
      stream.input().close();
      var deadline =
          timers.schedule(
              () -> stream.fail("the probe took longer than " + SECONDS + " s"),
              SECONDS,
              TimeUnit.SECONDS);
      try {
        String printed =
            new String(
                stream.fromContainer().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!stream.lastWords().isEmpty()) {
          LOG.warn("a probe said: {}", stream.lastWords());
        }
        return printed.isEmpty() ? stream.lastWords() : printed;
      } finally {
        deadline.cancel(false);
      }
    } catch (IOException e) {
      throw EngineFailures.of(e, engine.host(), "run a probe");
    } finally {
      workers.execute(() -> new Removal(engine, id).untilGone());
    }
  }
}
