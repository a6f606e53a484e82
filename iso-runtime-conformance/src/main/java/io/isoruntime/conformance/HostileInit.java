package io.isoruntime.conformance;

import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import io.isoruntime.supervisor.spi.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A back-end whose inits are scripts in this JVM, which say what no init of ours would: so the
 * supervisor's listening side is attacked. Thread-safe.
 */
final class HostileInit implements SandboxBackend {
  private static final int PIPE = 1 << 20;
  private final Script script;

  HostileInit(Script script) {
    this.script = script;
  }

  /** What init does with its end of the channel and the token it was given; runs in a thread. */
  interface Script {
    /**
     * Speaks; the channel ends with it.
     *
     * @throws IOException when the supervisor has closed the channel
     */
    void play(InitWire wire, Token token) throws IOException;
  }

  @Override
  public String name() {
    return "hostile";
  }

  @Override
  public CompletionStage<Sandbox> create(SandboxSpec spec) {
    try {
      ScriptedSandbox sandbox = new ScriptedSandbox();
      Thread init = new Thread(() -> play(sandbox, spec.token()), "hostile-init");
      init.setDaemon(true);
      init.start();
      return CompletableFuture.completedFuture(sandbox);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void play(ScriptedSandbox sandbox, Token token) {
    try {
      script.play(new InitWire(sandbox.initReads, sandbox.initWrites), token);
    } catch (IOException e) {
      // the supervisor has had enough of it
    } finally {
      sandbox.hangUp();
    }
  }

  @Override
  public void close() {}

  private static final class ScriptedSandbox implements Sandbox {
    final PipedInputStream initReads = new PipedInputStream(PIPE);
    final PipedOutputStream initWrites = new PipedOutputStream();
    private final PipedOutputStream toInit = new PipedOutputStream(initReads);
    private final PipedInputStream fromInit = new PipedInputStream(initWrites, PIPE);
    private final AtomicBoolean gone = new AtomicBoolean();

    ScriptedSandbox() throws IOException {}

    void hangUp() {
      try {
        initWrites.close();
        toInit.close();
      } catch (IOException e) {
        throw new IllegalStateException("A pipe of this process could not be closed.", e);
      }
    }

    @Override
    public InputStream fromInit() {
      return fromInit;
    }

    @Override
    public OutputStream toInit() {
      return toInit;
    }

    @Override
    public String channel() {
      return "pipe";
    }

    @Override
    public HostFacts hostFacts() {
      return FACTS;
    }

    @Override
    public Consumption consumption() {
      return Consumption.UNKNOWN;
    }

    @Override
    public CompletionStage<Void> destroy() {
      if (gone.compareAndSet(false, true)) {
        hangUp();
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  /** With these and {@code good_facts.json} every control of the default profile holds. */
  private static final HostFacts FACTS =
      new HostFacts(
          Place.HERE,
          hostNamespaces(),
          0,
          OptionalLong.of(70_001),
          OptionalLong.of(512L << 20),
          OptionalLong.of(64),
          OptionalLong.of(1000),
          0,
          1001,
          1000,
          Set.of("/", "/workspace"),
          Set.of("/workspace"),
          Set.of("/workspace"),
          Set.of(),
          Set.of("PATH"));

  private static Map<String, String> hostNamespaces() {
    Map<String, String> namespaces = new HashMap<>();
    for (String kind : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
      namespaces.put(kind, kind + ":[4026532101]");
    }
    return namespaces;
  }
}
