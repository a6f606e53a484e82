package io.isoruntime.subprocess;

import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox of namespaces. At its end the helper kills PID 1, and so the kernel everything in the
 * pid namespace, empties the cgroup and cleans up. If the helper fails in that, we do it ourselves.
 */
final class SubprocessSandbox implements Sandbox {
  private static final long OURSELVES_SECONDS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(SubprocessSandbox.class);

  private final Helper helper;
  private final AFUNIXSocket socket;
  private final Optional<Cgroup> cgroup;
  private final FactsReader facts;
  private final InputStream in;
  private final OutputStream out;
  private final CompletableFuture<Void> destroyed = new CompletableFuture<>();
  private boolean destroying;

  SubprocessSandbox(Helper helper, AFUNIXSocket socket, Optional<Cgroup> cgroup, FactsReader facts)
      throws IOException {
    this.helper = helper;
    this.socket = socket;
    this.cgroup = cgroup;
    this.facts = facts;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  @Override
  public InputStream fromInit() {
    return in;
  }

  @Override
  public OutputStream toInit() {
    return out;
  }

  @Override
  public String channel() {
    return "unix-socket";
  }

  @Override
  public HostFacts hostFacts() {
    return facts.read(cgroup);
  }

  @Override
  public Consumption consumption() {
    return cgroup.map(Cgroup::consumption).orElse(Consumption.UNKNOWN);
  }

  /** The helper ends when init does. */
  @Override
  public boolean isAlive() {
    return helper.isAlive();
  }

  void onDestroyed(Runnable action) {
    var unused = destroyed.whenComplete((done, failure) -> action.run());
  }

  @Override
  public CompletionStage<Void> destroy() {
    synchronized (this) {
      if (destroying) {
        return destroyed.copy();
      }
      destroying = true;
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing the channel", e);
    }
    cgroup.ifPresent(Cgroup::kill); // even if the helper is stopped; normally nothing is left
    helper.end(this::prove);
    return destroyed.copy();
  }

  /** Normally the helper has done all of it, and this only looks. */
  private void prove() {
    if (cgroup.isEmpty() || empty(cgroup.get())) {
      destroyed.complete(null);
    } else {
      destroyed.completeExceptionally(
          new IllegalStateException(
              "processes are left in "
                  + cgroup.get().directories()
                  + " after "
                  + OURSELVES_SECONDS
                  + " s of killing"));
    }
  }

  /** Kills until the cgroup can be removed: the kernel refuses while a process is in it. */
  static boolean empty(Cgroup cgroup) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(OURSELVES_SECONDS);
    while (!cgroup.remove()) {
      if (System.nanoTime() > until) {
        return false;
      }
      cgroup.kill();
      Thread.onSpinWait();
    }
    return true;
  }
}
