package io.isoruntime.docker;

import io.isoruntime.IsoException;
import io.isoruntime.toolhost.HostProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tool host as a sibling container, with its connection to the engine. */
final class ToolHostContainer implements HostProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ToolHostContainer.class);

  private final Engine engine;
  private final String id;
  private final AttachedStream stream;
  private final Map<Path, String> names;
  private final AtomicBoolean ended = new AtomicBoolean();

  private ToolHostContainer(
      Engine engine, String id, AttachedStream stream, Map<Path, String> names) {
    this.engine = engine;
    this.id = id;
    this.stream = stream;
    this.names = Map.copyOf(names);
  }

  /**
   * Makes and starts the container; what there is of it when that fails is removed.
   *
   * @param names what it calls the bundles
   */
  static ToolHostContainer start(Engine engine, ToolHostPlan plan, Map<Path, String> names) {
    String id = engine.create(plan).id();
    @Nullable AttachedStream stream = null;
    try {
      stream = engine.attach(id);
      engine.start(id);
      LOG.info(
          "tool host: container {} of {}, network {}, user {}",
          id.substring(0, 12),
          plan.image(),
          plan.network(),
          plan.user());
      return new ToolHostContainer(engine, id, stream, names);
    } catch (RuntimeException e) {
      if (stream != null) {
        stream.close();
      }
      remove(engine, id);
      throw e;
    }
  }

  @Override
  public OutputStream input() {
    return stream.toContainer();
  }

  @Override
  public InputStream output() {
    return stream.fromContainer();
  }

  @Override
  public String nameOf(Path bundle) {
    return names.getOrDefault(bundle, bundle.toString());
  }

  @Override
  public String lastWords() {
    return stream.lastWords();
  }

  @Override
  public void end() {
    if (ended.compareAndSet(false, true)) {
      stream.close(); // its standard input ends, and so does it
      remove(engine, id);
      engine.close();
    }
  }

  private static void remove(Engine engine, String id) {
    try {
      engine.removeInTime(id);
    } catch (IsoException e) {
      LOG.warn("the tool host's container {} could not be removed: {}", id, e.getMessage());
    }
  }
}
