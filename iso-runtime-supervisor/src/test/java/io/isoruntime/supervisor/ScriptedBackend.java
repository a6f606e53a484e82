package io.isoruntime.supervisor;

import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.channel.FrameWriter;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import io.isoruntime.supervisor.spi.Token;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A back-end whose sandboxes are a script in this process that plays init. */
final class ScriptedBackend implements SandboxBackend {
  final AtomicInteger created = new AtomicInteger();
  final AtomicInteger destroyed = new AtomicInteger();
  final AtomicInteger hungUp = new AtomicInteger(); // by their init's own end
  volatile Consumption consumption = Consumption.UNKNOWN;
  volatile HostFacts hostFacts = GoodFacts.host();
  volatile boolean refusing; // throws, which a back-end should not
  volatile @Nullable CompletableFuture<Sandbox> stalled; // what all get that are made meanwhile
  private final Script script;

  ScriptedBackend(Script script) {
    this.script = script;
  }

  /** What init does. An exception ends its side of the channel, as init's death does. */
  interface Script {
    void play(Init init) throws IOException;
  }

  /** The script's view of the channel. */
  static final class Init {
    private final DataInputStream in;
    private final FrameWriter out;
    private final OutputStream raw;
    private final Token token;

    Init(InputStream in, OutputStream out, Token token) {
      this.in = new DataInputStream(in);
      this.out = new FrameWriter(out);
      this.raw = out;
      this.token = token;
    }

    void send(FrameType type, String json) throws IOException {
      out.write(type, json.getBytes(StandardCharsets.UTF_8));
    }

    void sendRaw(byte... bytes) throws IOException {
      raw.write(bytes);
      raw.flush();
    }

    void hello() throws IOException {
      send(
          FrameType.HELLO,
          "{\"protocol\":3,\"token\":\"" + HexFormat.of().formatHex(token.secret()) + "\"}");
    }

    /** Everything up to the program's first instruction. */
    void start() throws IOException {
      hello();
      send(FrameType.ATTEST, GoodFacts.JSON);
      await(FrameType.RUN);
      send(FrameType.STARTED, "");
    }

    /** Everything from the program's end to the sandbox's. */
    void end() throws IOException {
      exit();
      collected();
    }

    /** The program's end, up to the order to kill what is left. */
    void exit() throws IOException {
      send(FrameType.END, "{\"kind\":\"completed\"}");
      send(FrameType.EXITED, "{\"code\":0,\"signal\":null,\"deadline\":false}");
      await(FrameType.KILL);
    }

    void collected() throws IOException {
      send(FrameType.EMPTY, "{\"killed\":0,\"millis\":0}");
      done();
    }

    /** All has been sent. */
    void done() throws IOException {
      send(
          FrameType.DONE,
          "{\"cpuMillis\":1,\"peakMemoryBytes\":1,\"storageFull\":false,\"truncated\":false}");
      await(FrameType.BYE);
    }

    byte[] await(FrameType type) throws IOException {
      while (true) {
        byte[] payload = new byte[in.readInt() - 1];
        int code = in.readUnsignedByte();
        in.readFully(payload);
        if (code == type.code()) {
          return payload;
        }
      }
    }

    /** Skips everything else; tells which of the two came. */
    FrameType awaitEither(FrameType one, FrameType other) throws IOException {
      while (true) {
        int length = in.readInt() - 1;
        int code = in.readUnsignedByte();
        in.skipNBytes(length);
        if (code == one.code() || code == other.code()) {
          return code == one.code() ? one : other;
        }
      }
    }
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public CompletionStage<Sandbox> create(SandboxSpec spec) {
    if (refusing) {
      throw new IllegalStateException("refused");
    }
    CompletableFuture<Sandbox> late = stalled;
    if (late != null) {
      return late;
    }
    created.incrementAndGet();
    try {
      ScriptedSandbox sandbox = new ScriptedSandbox();
      Thread init =
          new Thread(
              () -> {
                try {
                  script.play(
                      new Init(sandbox.supervisorToInit, sandbox.initToSupervisor, spec.token()));
                } catch (IOException e) {
                  // the sandbox was destroyed under it, or the script is at its end
                } finally {
                  sandbox.hangUp();
                  hungUp.incrementAndGet();
                }
              });
      init.setDaemon(true);
      init.start();
      return CompletableFuture.completedFuture(sandbox);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {}

  private final class ScriptedSandbox implements Sandbox {
    final PipedInputStream supervisorToInit = new PipedInputStream(1 << 20);
    final PipedOutputStream initToSupervisor = new PipedOutputStream();
    private final PipedOutputStream toInit = new PipedOutputStream(supervisorToInit);
    private final PipedInputStream fromInit = new PipedInputStream(initToSupervisor, 1 << 20);
    private boolean gone;

    ScriptedSandbox() throws IOException {}

    void hangUp() {
      try {
        initToSupervisor.close();
        supervisorToInit.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
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
      return hostFacts;
    }

    @Override
    public Consumption consumption() {
      return consumption;
    }

    @Override
    public synchronized CompletionStage<Void> destroy() {
      if (!gone) {
        gone = true;
        destroyed.incrementAndGet();
        hangUp();
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Facts in which every control holds for the default profile. */
  static final class GoodFacts {
    static final String JSON =
        """
        {"executor":{"uid":[1001,1001,1001,1001],"gid":[1000,1000,1000,1000],"groups":[],
         "caps":{"eff":"0","prm":"0","inh":"0","bnd":"0","amb":"0"},"noNewPrivs":1,"seccompMode":2,
         "seccompFilters":2,"probes":{"keyctl":55,"unshare":55,"kill1":52},
         "namespaces":{"user":"user:[4026532102]","mnt":"mnt:[4026532102]","pid":"pid:[4026532102]","net":"net:[4026532102]",
           "ipc":"ipc:[4026532102]","uts":"uts:[4026532102]","cgroup":"cgroup:[4026532102]"},
         "mounts":[{"id":1,"parent":0,"device":"0:1","at":"/","type":"tmpfs","options":["ro","nosuid","nodev"],"super":["rw"]},
           {"id":2,"parent":1,"device":"0:1","at":"/workspace","type":"tmpfs","options":["rw","nosuid","nodev"],
            "super":["rw","size=262144k","nr_inodes=16384"]}],
         "interfaces":["lo"],"rlimits":{"NOFILE":[1024,1024],"FSIZE":[268435456,268435456],
           "CORE":[1,1],"MEMLOCK":[65536,65536],"MSGQUEUE":[0,0],"SIGPENDING":[256,256]},"fds":[0,1,2,3,4],
         "environ":["PATH"],"uidMap":[[0,0,1]],"kernel":"6.1","writableProc":[]},
         "init":{"pid":1,"uid":[0,0,0,0],"caps":{"eff":"e0","prm":"e0"},"noNewPrivs":1,"dumpable":0,"threads":1,"limits":{}}}
        """;

    private GoodFacts() {}

    static HostFacts host() {
      return host(512L << 20);
    }

    static HostFacts host(long memoryLimit) {
      Map<String, String> namespaces = new HashMap<>();
      for (String kind : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
        namespaces.put(kind, kind + ":[4026532101]");
      }
      return new HostFacts(
          Place.HERE,
          namespaces,
          0,
          OptionalLong.of(70_001),
          OptionalLong.of(memoryLimit),
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
    }

    static byte[] without(String pointerParent, String field) throws IOException {
      var facts = Json.parseObject(JSON.getBytes(StandardCharsets.UTF_8));
      ((com.fasterxml.jackson.databind.node.ObjectNode) facts.at(pointerParent)).remove(field);
      return Json.bytes(facts);
    }
  }
}
