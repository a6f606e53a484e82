package io.isoruntime.docker;

import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import java.util.List;
import java.util.Map;

/**
 * The container of one tool host as a value. It is trusted with network and credentials, and yet
 * has no more than that: no capability, nothing writable but one limited tmpfs and what was mounted
 * so. Credentials come over its standard input, so the engine doesn't know them.
 *
 * @param image any with Python 3.9 or newer as {@code python3}
 * @param network the engine's network mode, such as {@code host}
 * @param user user and group that it runs as
 * @param memoryBytes its limit, or 0 for none
 * @param processes how many it may have
 * @param binds directories of the engine's host: bundles and what else was asked for
 * @param bundlesRoot where bundles are in it
 * @param arguments of its interpreter
 * @param labels whose it is
 */
record ToolHostPlan(
    String image,
    String network,
    String user,
    long memoryBytes,
    long processes,
    List<ContainerPlan.Bind> binds,
    String bundlesRoot,
    List<String> arguments,
    Map<String, String> labels) {
  private static final String WRITABLE = "/tool-host";

  List<String> command() {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of("python3"), arguments.stream())
        .toList();
  }

  /** Nothing secret: whoever may ask the engine sees this. */
  List<String> environment() {
    return List.of(
        "HOME=" + WRITABLE,
        "TMPDIR=" + WRITABLE,
        "LC_ALL=C.UTF-8",
        "AGENTIC_BUNDLES_ROOT=" + bundlesRoot);
  }

  HostConfig hostConfig() {
    HostConfig host = new HostConfig();
    host.withNetworkMode(network)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of(ContainerPlan.NO_NEW_PRIVILEGES))
        .withPrivileged(false)
        .withInit(false)
        .withAutoRemove(true)
        .withRestartPolicy(RestartPolicy.noRestart())
        .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
        .withPidsLimit(processes)
        .withTmpFs(Map.of(WRITABLE, "rw,nosuid,nodev,size=256m,mode=1777"))
        .withMounts(binds.stream().map(ToolHostPlan::mount).toList());
    if (memoryBytes > 0) {
      host.withMemory(memoryBytes).withMemorySwap(memoryBytes);
    }
    return host;
  }

  private static Mount mount(ContainerPlan.Bind bind) {
    return new Mount()
        .withType(MountType.BIND)
        .withSource(bind.source())
        .withTarget(bind.target())
        .withReadOnly(bind.readOnly())
        .withBindOptions(new BindOptions().withPropagation(BindPropagation.PRIVATE));
  }
}
