package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.isoruntime.supervisor.local.OwnedName;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs test classes in JVMs of the ordinary user {@code ISO_TEST_USER}: one without any cgroup and
 * without a locale, and one in a cgroup that root delegated.
 */
@DisabledIf(
    value = "mayBeLeftOut",
    disabledReason = "starts as root and needs ISO_TEST_USER, as ./check sets it")
abstract class AsOrdinaryUser {
  private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu", "cpuacct");

  @TempDir Path copies;

  private final Class<?> withoutACgroup;
  private final Class<?> inADelegatedCgroup;

  AsOrdinaryUser(Class<?> withoutACgroup, Class<?> inADelegatedCgroup) {
    this.withoutACgroup = withoutACgroup;
    this.inADelegatedCgroup = inADelegatedCgroup;
  }

  @TestFactory
  Stream<DynamicTest> withoutACgroup() throws Exception {
    return contract(withoutACgroup, requireUser(), "memory,pids,cpu,distinct-uid", "C", List.of());
  }

  @TestFactory
  Stream<DynamicTest> inADelegatedCgroup() throws Exception {
    String user = requireUser();
    List<Path> delegated = new ArrayList<>();
    try {
      for (String controller : CONTROLLERS) {
        Path own = CgroupMounts.read(Path.of("/proc")).own().get(controller);
        if (own == null) {
          abortOrFail("This host has no cgroup v1 controller " + controller + ".");
          return Stream.empty();
        }
        // Of this JVM alone; if it is killed, the next runtime of root's sweeps it away.
        Path group = own.resolve(OwnedName.prefix() + "delegated");
        if (!delegated.contains(group)) {
          Files.createDirectories(group);
          delegated.add(group);
          own(group, user);
        }
      }
      return contract(inADelegatedCgroup, user, "distinct-uid", "C.UTF-8", delegated);
    } finally {
      for (Path group : delegated) {
        Files.delete(group); // fails if a sandbox left a cgroup or a process in it
      }
    }
  }

  /** The directory and its files, as `chown -R` would: that is what delegation means. */
  private static void own(Path group, String user) throws IOException {
    UserPrincipal owner =
        group.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
    Files.setOwner(group, owner);
    for (String file : List.of("cgroup.procs", "tasks")) {
      Files.getFileAttributeView(
              group.resolve(file), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setOwner(owner);
    }
  }

  /** For a run that may leave it out; one that must not, fails in {@link #requireUser}. */
  static boolean mayBeLeftOut() {
    boolean possible =
        System.getenv("ISO_TEST_USER") != null && "root".equals(System.getProperty("user.name"));
    return !possible && !"1".equals(System.getenv("ISO_MUST_WORK"));
  }

  private static String requireUser() {
    String user = System.getenv("ISO_TEST_USER");
    return user != null
        ? user
        : fail("This test starts as root and needs ISO_TEST_USER, as ./check sets it.");
  }

  private static void abortOrFail(String reason) {
    if ("1".equals(System.getenv("ISO_MUST_WORK"))) {
      fail(reason);
    }
    abort(reason);
  }

  private Stream<DynamicTest> contract(
      Class<?> tests, String user, String waived, String locale, List<Path> cgroups)
      throws Exception {
    List<String> lines = run(tests, user, waived, locale, cgroups);
    assertEquals("end", lines.get(lines.size() - 1), () -> String.join("\n", lines));
    return lines.stream()
        .filter(line -> line.matches("(not )?ok .*"))
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.replaceFirst("^(not )?ok (\\S+).*", "$2"),
                    () -> assertTrue(line.startsWith("ok "), line)));
  }

  private List<String> run(
      Class<?> tests, String user, String waived, String locale, List<Path> cgroups)
      throws Exception {
    StringBuilder script = new StringBuilder();
    cgroups.forEach(group -> script.append("echo $$ > ").append(group).append("/cgroup.procs; "));
    script.append("exec setpriv --reuid=").append(user).append(" --regid=").append(user);
    script.append(" --clear-groups \"$@\"");
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-ec", script.toString(), "sh"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            readableClassPath(),
            ContractMain.class.getName(),
            tests.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    builder.redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    builder.environment().put("LC_ALL", locale);
    builder.environment().put("ISO_TEST_WAIVED", waived);
    builder.environment().put("ISO_CANARY", "a secret of the host");
    Process process = builder.start();
    process.getOutputStream().close();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      return reader.lines().toList();
    } finally {
      process.waitFor();
    }
  }

  /** The class path as copies: the originals may be in a home that only its owner can enter. */
  private String readableClassPath() throws IOException {
    String given =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Files.setPosixFilePermissions(
        copies, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> copied = new ArrayList<>();
    Set<String> seen = new java.util.HashSet<>();
    for (String entry : given.split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      if (!entry.isEmpty() && Files.exists(source) && seen.add(entry)) {
        Path target = copies.resolve(seen.size() + "-" + source.getFileName());
        copy(source, target);
        copied.add(target.toString());
      }
    }
    return String.join(File.pathSeparator, copied);
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (!Files.exists(copy)) {
          Files.copy(file, copy);
        }
      }
    }
  }
}
