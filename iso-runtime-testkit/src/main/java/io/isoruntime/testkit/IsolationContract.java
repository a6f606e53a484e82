package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Workspace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What a program can't do. Seen from inside by short probes; the corpus of attacks is another
 * thing.
 */
public interface IsolationContract extends ContractSubject {

  @Test
  default void everyControlIsEnforcedOrWaivedByName() {
    ExecutionResult result = run("pass");

    Expect.completed(result);
    IsolationReport report = result.isolation();
    assertFalse(report.backend().isBlank());
    assertFalse(report.channel().isBlank());
    Set<Control> seen = EnumSet.noneOf(Control.class);
    for (IsolationReport.Reading reading : report.controls()) {
      assertTrue(seen.add(reading.control()), () -> "twice: " + reading);
      assertFalse(reading.evidence().isBlank(), reading::toString);
      assertTrue(reading.state() != IsolationReport.State.MISSING, reading::toString);
      if (enforces(reading.control())) {
        assertEquals(IsolationReport.State.ENFORCED, reading.state(), reading::toString);
      }
    }
    assertEquals(EnumSet.allOf(Control.class), seen);
  }

  @Test
  default void theProgramIsNobodyWithoutPrivileges() {
    ExecutionResult result =
        run(
            """
            import ctypes, os
            print(os.getresuid(), os.getresgid(), os.getgroups())
            status = dict(line.split(":", 1) for line in open("/proc/self/status"))
            for name in "CapInh", "CapPrm", "CapEff", "CapAmb":
                print(int(status.get(name, "0"), 16), end=" ")  # gVisor has no ambient set
            pr_get_no_new_privs = 39
            print(ctypes.CDLL(None).prctl(pr_get_no_new_privs, 0, 0, 0, 0), end=" ")
            print(status["Seccomp"].strip())
            # A bounding set grants nothing; init's own, of KILL, SETGID and SETUID, may be left in it.
            print(int(status["CapBnd"], 16) & ~(1 << 5 | 1 << 6 | 1 << 7))
            """);

    Expect.completed(result);
    List<String> lines = result.stdout().text().lines().toList();
    // 1001, or one of the next where other executions of the host have that one now.
    assertTrue(
        lines.get(0).matches("\\((1[0-9]{3}), \\1, \\1\\) \\(1000, 1000, 1000\\) .*"),
        result.stdout()::text);
    if (enforces(Control.SUPPLEMENTARY_GROUPS)) {
      assertTrue(lines.get(0).matches(".*\\[(1000)?]"), result.stdout()::text);
    }
    assertEquals("0 0 0 0 1 2", lines.get(1));
    assertEquals("0", lines.get(2));
  }

  @Test
  default void thereIsNoNetwork() {
    ExecutionResult result =
        run(
            """
            import socket, time
            for family, address in (
                (socket.AF_INET, ("1.1.1.1", 80)),
                (socket.AF_INET, ("169.254.169.254", 80)),
                (socket.AF_INET6, ("2606:4700:4700::1111", 80)),
            ):
                begin = time.monotonic()
                try:
                    with socket.socket(family) as client:
                        client.settimeout(5)
                        client.connect(address)
                        print("connected", address)
                except OSError:
                    if time.monotonic() - begin >= 1:
                        print("slow", address)
            begin = time.monotonic()
            try:
                print(socket.getaddrinfo("example.com", 80))
            except OSError:
                if time.monotonic() - begin >= 1:
                    print("slow name")
            """);

    Expect.printed("", result);
  }

  @Test
  default void aServiceOnTheHostsLoopbackIsUnreachable() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      // The positive control: from here it is reachable.
      try (SocketChannel client = SocketChannel.open(address);
          SocketChannel accepted = server.accept()) {
        assertNotNull(accepted);
      }

      ExecutionResult result =
          run(
              """
              import socket
              try:
                  socket.create_connection(("127.0.0.1", %d), timeout=5)
                  print("connected")
              except OSError:
                  print("unreachable")
              """
                  .formatted(address.getPort()));

      Expect.printed("unreachable\n", result);
      assertNull(server.accept());
    }
  }

  @Test
  default void nothingOfTheHostsEnvironmentIsInside() {
    ExecutionResult result =
        run(
            """
            import os
            from iso import set_result
            raw = open("/proc/self/environ", "rb").read().decode("latin-1")
            set_result([dict(os.environ), dict(v.split("=", 1) for v in raw.split("\\0") if v)])
            """);

    Expect.completed(result);
    Set<String> shared = new TreeSet<>();
    for (Object inside : (List<?>) java.util.Objects.requireNonNull(result.result())) {
      assertFalse(((Map<?, ?>) inside).size() > 32);
      for (Map.Entry<String, String> host : System.getenv().entrySet()) {
        boolean telling = host.getValue().length() > 1; // "1" is anybody's value
        if (telling && host.getValue().equals(((Map<?, ?>) inside).get(host.getKey()))) {
          shared.add(host.getKey());
        }
      }
    }
    // Fixed values that happen to be the usual ones.
    shared.removeAll(Set.of("PATH", "LANG", "LC_ALL", "TZ", "PWD"));
    assertEquals(Set.of(), shared);
  }

  @Test
  default void theRootFileSystemIsReadOnly() {
    ExecutionResult result =
        run(
            """
            import errno, os, sys
            denied = errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT
            stdlib = os.path.dirname(os.__file__)
            for folder in "/", "/usr", "/usr/bin", "/etc", "/lib", "/dev", "/proc", "/sys", stdlib:
                try:
                    open(os.path.join(folder, "iso-contract-probe"), "w").close()
                    print("wrote", folder)
                except OSError as error:
                    if error.errno not in denied:
                        print(folder, error)
            """);

    Expect.printed("", result);
    assertFalse(Files.exists(Path.of("/usr/iso-contract-probe")));
  }

  @Test
  default void theHostsFilesAreAbsent() throws Exception {
    Path canary = Files.createFile(temporaryDirectory().resolve("canary"));
    Workspace workspace = workspace();
    workspace.put("input.csv", new byte[] {1});
    List<String> paths = new ArrayList<>();
    for (String path :
        List.of(
            "/etc/shadow",
            "/etc/gshadow",
            "/var/run/docker.sock",
            "/run/containerd/containerd.sock",
            "/run/dbus/system_bus_socket",
            canary.toString(),
            workspace.directory().toString())) {
      paths.add("r'" + path + "'");
    }
    Path work = Path.of("").toAbsolutePath();
    if (work.getNameCount() > 0) {
      paths.add("r'" + work + "'");
    }
    assertTrue(Files.exists(canary));
    String probe =
        """
        import os
        for path in %s:
            try:
                if not os.path.isdir(path) or os.listdir(path):
                    os.stat(path)
                    print("visible", path)
            except OSError:
                pass
        """
            .formatted(paths);

    Expect.printed("", shared().execute(ExecutionRequest.python(probe).in(workspace).build()));
  }

  @Test
  default void initCanNotBeReadOrSignalled() {
    ExecutionResult result =
        run(
            """
            import os, signal
            for name in "environ", "mem", "maps", "cwd", "root", "exe", "fd/0", "fd/1":
                try:
                    open(f"/proc/1/{name}", "rb").read(1)
                    print("read", name)
                except OSError:
                    pass
            for number in signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT, signal.SIGCONT:
                try:
                    os.kill(1, number)
                except OSError:
                    pass
            try:
                os.kill(os.getppid(), signal.SIGKILL)
            except OSError:
                pass
            print("still here")
            """);

    Expect.completed(result);
    List<String> lines = result.stdout().text().lines().toList();
    assertEquals("still here", lines.get(lines.size() - 1));
    assertEquals(
        shownOfInit(),
        lines.stream()
            .filter(line -> line.startsWith("read "))
            .map(line -> line.substring(5))
            .collect(Collectors.toSet()));
  }

  /** A file there that anybody may write to, such as /proc/pressure/cpu, is work for the kernel. */
  @Test
  default void nothingInProcIsWritableButTheProgramsOwn() {
    ExecutionResult result =
        run(
            """
            import os
            found = []
            null = os.makedev(1, 3)  # an engine masks a file with it
            def writable(path):
                return os.access(path, os.W_OK) and os.stat(path).st_rdev != null
            for top, directories, files in os.walk("/proc"):
                if top == "/proc":
                    own = ("self", "thread-self", "net")
                    directories[:] = [d for d in directories if not d.isdigit() and d not in own]
                found += [os.path.join(top, f) for f in files if writable(os.path.join(top, f))]
            print(found)
            """);

    Expect.printed("[]\n", result);
  }

  @Test
  default void onlyTheSandboxsOwnProcessesAreSeen() {
    // Of a service in a container the number is low, and the sandbox has one like it.
    long pid = ProcessHandle.current().pid();
    long ours = pid > 1_000 ? pid : 4_000_000;

    ExecutionResult result =
        run(
            """
            import os
            own = {os.getpid(), os.getppid(), 1}
            print(sorted(int(pid) for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in own))
            print(os.path.exists("/proc/%d"))
            """
                .formatted(ours));

    Expect.printed("[]\nFalse\n", result);
  }

  @Test
  default void systemCallsThatLeadOutAreDenied() {
    ExecutionResult result =
        run(
            """
            import ctypes, os, platform
            libc = ctypes.CDLL(None, use_errno=True)
            x86 = platform.machine() == "x86_64"
            calls = {  # name: number on x86-64, on arm64, arguments
                "unshare": (272, 97, 0x10000000), "setns": (308, 268, 0, 0),
                "ptrace": (101, 117, 0, 0, 0, 0), "keyctl": (250, 219, 0, 0, 0),
                "add_key": (248, 217, 0, 0, 0, 0, 0), "mount": (165, 40, 0, 0, 0, 0, 0),
                "chroot": (161, 51, b"/tmp"), "bpf": (321, 280, 0, 0, 0),
                "perf_event_open": (298, 241, 0, 0, 0, 0, 0), "userfaultfd": (323, 282, 0),
                "io_uring_setup": (425, 425, 1, 0), "process_vm_readv": (310, 270, 1, 0, 0, 0, 0, 0),
                "open_by_handle_at": (304, 265, 0, 0, 0), "sethostname": (170, 161, b"x", 1),
            }
            for name, (amd, arm, *arguments) in calls.items():
                ctypes.set_errno(0)
                if libc.syscall(amd if x86 else arm, *arguments) != -1:
                    print("allowed", name)
                elif os.strerror(ctypes.get_errno()) in ("Bad address", "Invalid argument"):
                    print("reached the kernel", name)
            """);

    Expect.printed("", result);
  }

  @Test
  default void onlyTheStandardStreamsAndTheToolPipesAreOpen() {
    ExecutionResult result =
        run(
            """
            import os
            def is_open(fd):
                try:
                    return bool(os.fstat(fd))
                except OSError:
                    return False
            print([fd for fd in range(1024) if is_open(fd)])
            """);

    Expect.printed("[0, 1, 2, 3, 4]\n", result);
  }

  @Test
  default void nothingOfOneExecutionIsLeftForTheNext() {
    String trace =
        """
        import os, time
        open("/tmp/trace", "w").close()
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
        """;
    Expect.completed(run(trace));

    ExecutionResult result =
        run(
            """
            import os
            print(os.listdir("/tmp"), os.listdir("/dev/shm"), os.listdir("/workspace/out"))
            print([pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) > os.getpid()])
            """);

    Expect.printed("[] [] []\n[]\n", result);
  }

  @Test
  default void randomNumbersDifferBetweenExecutions() {
    String probe =
        "import os, random, uuid\nprint(random.random(), os.urandom(8), uuid.uuid4(), sep='\\n')";

    ExecutionResult one = run(probe);
    ExecutionResult two = run(probe);

    Expect.completed(one);
    List<String> first = one.stdout().text().lines().toList();
    List<String> second = two.stdout().text().lines().toList();
    assertEquals(3, first.size());
    for (int i = 0; i < 3; i++) {
      assertNotEquals(first.get(i), second.get(i));
    }
  }
}
