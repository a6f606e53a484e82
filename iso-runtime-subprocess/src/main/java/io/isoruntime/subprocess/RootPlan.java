package io.isoruntime.subprocess;

import io.isoruntime.ErrorCode;
import io.isoruntime.Mount;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.local.MountCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The root file system of a sandbox as a value: an allow-list of what Python and its libraries need
 * of the host, and a few generated files. Nothing else of the host is reachable; in particular no
 * home directory, no /etc but the listed files, no /var, no /run.
 *
 * @param binds what is shown of the host, in order of mounting
 * @param symlinks link to target
 * @param files generated files and their content
 */
record RootPlan(List<Bind> binds, Map<String, String> symlinks, Map<String, String> files) {
  private static final List<String> SYSTEM =
      List.of("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share");
  private static final List<String> MERGED = List.of("/bin", "/sbin", "/lib", "/lib64", "/lib32");

  /** Public configuration of libraries; /etc/alternatives leads Debian's numpy to its BLAS. */
  private static final List<String> ETC =
      List.of(
          "/etc/ld.so.cache",
          "/etc/alternatives",
          "/etc/localtime",
          "/etc/timezone",
          "/etc/mime.types",
          "/etc/fonts",
          "/etc/matplotlibrc",
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf");

  private static final List<String> OF_PREFIX =
      List.of("bin", "lib", "lib64", "share", "pyvenv.cfg");

  /** What may never be shown whole, even if an interpreter claims to live there. */
  private static final Set<String> NEVER =
      Set.of("/", "/root", "/home", "/etc", "/var", "/run", "/tmp", "/proc", "/sys", "/dev");

  /** What the sandbox has of its own: an interpreter beneath these would be hidden by it. */
  private static final List<String> REPLACED =
      List.of("/workspace/", "/mnt/", "/proc/", "/dev/", "/sys/");

  /**
   * One bind mount.
   *
   * @param from on the host
   * @param to in the sandbox
   * @param readOnly whether writing is denied
   */
  record Bind(String from, String to, boolean readOnly) {}

  static RootPlan of(Interpreter interpreter, List<Mount> mounts, long uid, long gid) {
    Map<String, String> symlinks = new LinkedHashMap<>();
    Set<String> shown = new LinkedHashSet<>();
    SYSTEM.stream().filter(RootPlan::exists).forEach(shown::add);
    for (String path : MERGED) {
      Path merged = Path.of(path);
      if (Files.isSymbolicLink(merged)) {
        symlinks.put(path, readLink(merged));
      } else if (Files.isDirectory(merged)) {
        shown.add(path);
      }
    }
    for (String prefix : prefixes(interpreter)) {
      OF_PREFIX.stream()
          .map(part -> prefix + "/" + part)
          .filter(RootPlan::exists)
          .filter(path -> !covers(shown, path))
          .forEach(shown::add);
    }
    interpreter.libraries().stream()
        .filter(path -> !NEVER.contains(path) && !covers(shown, path))
        .forEach(shown::add);
    ETC.stream().filter(RootPlan::exists).forEach(shown::add);
    String sitecustomize = "/etc/python" + majorMinor(interpreter);
    if (exists(sitecustomize)) {
      shown.add(sitecustomize);
    }
    List<Bind> binds = new ArrayList<>();
    shown.forEach(path -> binds.add(new Bind(path, path, true)));
    for (Mount mount : mounts) {
      MountCheck.require(mount);
      binds.add(new Bind(mount.source().toString(), mount.target(), mount.readOnly()));
    }
    return new RootPlan(binds, symlinks, generated(uid, gid));
  }

  /** The parts of the interpreter's search path that the sandbox will have. */
  List<String> visible(List<String> path) {
    Set<String> targets = new LinkedHashSet<>();
    binds.forEach(bind -> targets.add(bind.to()));
    return path.stream().filter(entry -> covers(targets, entry)).toList();
  }

  private static Set<String> prefixes(Interpreter interpreter) {
    Set<String> prefixes = new LinkedHashSet<>();
    for (String prefix :
        List.of(
            interpreter.prefix(),
            interpreter.basePrefix(),
            interpreter.execPrefix(),
            interpreter.baseExecPrefix())) {
      String path = Path.of(prefix).normalize().toString();
      if (NEVER.contains(path)
          || !path.startsWith("/")
          || REPLACED.stream().anyMatch(path::startsWith)) {
        throw new Problem(
                ErrorCode.INTERPRETER_UNUSABLE,
                "The interpreter's prefix is " + path + ", which can't be shown to a sandbox.",
                "No program can be run.",
                "Install the interpreter, or make a virtual environment, in a directory of its own.")
            .toException();
      }
      prefixes.add(path);
    }
    return prefixes;
  }

  private static boolean covers(Set<String> shown, String path) {
    return shown.stream().anyMatch(top -> path.equals(top) || path.startsWith(top + "/"));
  }

  private static boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  private static String readLink(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String majorMinor(Interpreter interpreter) {
    return interpreter.versionInfo().get(0) + "." + interpreter.versionInfo().get(1);
  }

  private static Map<String, String> generated(long uid, long gid) {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "/etc/passwd",
        "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\n"
            + ("executor:x:" + uid + ":" + gid + ":executor:/tmp:/bin/sh\n")
            + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    files.put("/etc/group", "root:x:0:\n" + ("executor:x:" + gid + ":\n") + "nogroup:x:65534:\n");
    files.put("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    files.put("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
    return files;
  }
}
