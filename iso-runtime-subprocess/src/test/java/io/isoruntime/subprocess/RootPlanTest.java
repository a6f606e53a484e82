package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.supervisor.local.MountCheck;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootPlanTest {
  @TempDir Path directory;

  private static Interpreter interpreter(String prefix, List<String> path) {
    return new Interpreter(
        prefix + "/bin/python3",
        "3.11.2",
        List.of(3, 11, 2),
        prefix,
        "/usr",
        prefix,
        "/usr",
        path,
        List.of(),
        new byte[0]);
  }

  private static Set<String> shown(RootPlan plan) {
    return plan.binds().stream().map(RootPlan.Bind::to).collect(Collectors.toSet());
  }

  @Test
  void showsAnAllowListOnly() {
    RootPlan plan = RootPlan.of(interpreter("/usr", List.of()), List.of(), 1001, 1000);
    Set<String> shown = shown(plan);
    assertTrue(shown.contains("/usr/lib"));
    for (String secret :
        List.of(
            "/",
            "/etc",
            "/etc/shadow",
            "/etc/passwd",
            "/root",
            "/home",
            "/var",
            "/run",
            "/opt",
            "/usr",
            "/usr/local",
            "/sys",
            "/boot")) {
      assertFalse(shown.contains(secret), secret);
    }
    assertTrue(plan.binds().stream().allMatch(RootPlan.Bind::readOnly));
    assertTrue(plan.files().get("/etc/passwd").contains("executor:x:1001:1000:"));
  }

  @Test
  void showsOfAnEnvironmentOnlyWhatBelongsToIt() throws IOException {
    Path venv = directory.resolve("venv");
    Files.createDirectories(venv.resolve("lib/python3.11/site-packages"));
    Files.createDirectories(venv.resolve("bin"));
    Files.writeString(venv.resolve("pyvenv.cfg"), "home = /usr/bin\n");
    Files.writeString(venv.resolve(".env"), "SECRET=1");
    String site = venv + "/lib/python3.11/site-packages";
    RootPlan plan =
        RootPlan.of(
            interpreter(venv.toString(), List.of("/usr/lib/python3.11", site, "/home/me/project")),
            List.of(),
            1001,
            1000);
    Set<String> shown = shown(plan);
    assertTrue(shown.containsAll(Set.of(venv + "/lib", venv + "/bin", venv + "/pyvenv.cfg")));
    assertFalse(shown.contains(venv.toString()) || shown.contains(venv + "/.env"));
    assertEquals(
        List.of("/usr/lib/python3.11", site),
        plan.visible(List.of("/usr/lib/python3.11", site, "/home/me/project")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/root", "/home", "/etc", "/usr/../root", "relative", "/workspace/venv"})
  void refusesAnInterpreterThatWouldUncoverMore(String prefix) {
    IsoException refusal =
        assertThrows(
            IsoException.class,
            () -> RootPlan.of(interpreter(prefix, List.of()), List.of(), 1001, 1000));
    assertEquals(ErrorCode.INTERPRETER_UNUSABLE, refusal.problem().code());
  }

  @Test
  void refusesAMountThatCanBeTalkedTo() throws IOException {
    Path socket = directory.resolve("deep/er/s");
    Files.createDirectories(socket.getParent());
    Mount mount = Mount.readOnly(directory, "/mnt/data");
    MountCheck.require(mount);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      IsoException refusal = assertThrows(IsoException.class, () -> MountCheck.require(mount));
      assertEquals(ErrorCode.MOUNT_REFUSED, refusal.problem().code());
      assertTrue(refusal.getMessage().contains(socket.toString()));
    }
  }

  @Test
  void refusesAMountOfNothing() {
    assertThrows(
        IsoException.class,
        () -> MountCheck.require(Mount.readOnly(directory.resolve("absent"), "/mnt/data")));
  }
}
