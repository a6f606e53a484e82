package io.isoruntime.cli.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What this host says of itself.
 *
 * @param osName as Java names it, such as {@code Linux}
 * @param osArch as Java names it, such as {@code amd64}
 * @param kernel such as {@code 6.1.0-18-amd64}
 * @param java version and vendor of this JVM
 * @param uid effective user id of this process; -1 if unknown
 * @param namespaces the settings of user namespaces
 * @param seccomp the kernel's filters
 * @param cgroups the controllers
 * @param workspaces where workspaces are made
 * @param clock how the clocks ran
 */
record HostReadings(
    String osName,
    String osArch,
    String kernel,
    String java,
    long uid,
    UserNamespaces namespaces,
    Seccomp seccomp,
    CgroupReading cgroups,
    WorkspaceRoot workspaces,
    Clock clock) {

  boolean isRoot() {
    return uid == 0;
  }

  /**
   * Each as its file has it; empty where this kernel has no such file.
   *
   * @param max user.max_user_namespaces
   * @param unprivilegedClone kernel.unprivileged_userns_clone, of Debian's kernels
   * @param apparmorRestriction kernel.apparmor_restrict_unprivileged_userns, of Ubuntu's
   */
  record UserNamespaces(
      Optional<String> max,
      Optional<String> unprivilegedClone,
      Optional<String> apparmorRestriction) {}

  /**
   * Seccomp (seccomp(2)).
   *
   * @param mode of this process; empty where the kernel has none
   * @param actions those that the kernel knows
   */
  record Seccomp(Optional<String> mode, Set<String> actions) {}

  /**
   * The directory.
   *
   * @param directory where
   * @param writable whether this process may create files there
   * @param freeBytes what this process may still write; -1 if unknown
   */
  record WorkspaceRoot(Path directory, boolean writable, long freeBytes) {}

  /**
   * One wait by two clocks.
   *
   * @param asked how long to wait
   * @param monotonic how long it took by the monotonic clock
   * @param steady whether the monotonic clock never went back meanwhile
   * @param source the kernel's clock source
   */
  record Clock(Duration asked, Duration monotonic, boolean steady, String source) {}
}
