package io.isoruntime.testkit.plan;

import io.isoruntime.conformance.Platform;

/** A place in which {@code ./check} runs sandboxes, with what distinguishes it from the others. */
public enum Host {
  /** Namespaces made by root. */
  SUBPROCESS_ROOT("subprocess, root", Platform.SUBPROCESS_ROOT, Kernel.LINUX, Channel.SOCKET),
  /** The same, with sandboxes that were created ahead of the request. */
  SUBPROCESS_WARM("subprocess, warm", Platform.SUBPROCESS_ROOT, Kernel.LINUX, Channel.SOCKET),
  /** Namespaces made by an ordinary user in a cgroup that root delegated. */
  SUBPROCESS_DELEGATED(
      "subprocess, user with a cgroup", Platform.SUBPROCESS_USER, Kernel.LINUX, Channel.SOCKET),
  /** Namespaces made by an ordinary user who has no cgroup. */
  SUBPROCESS_USER("subprocess, user", Platform.SUBPROCESS_USER, Kernel.LINUX, Channel.SOCKET),
  /** Containers of runc that connect to a Unix socket of the supervisor. */
  RUNC_SOCKET("runc, socket", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.SOCKET),
  /** Containers of runc whose standard streams are the channel. */
  RUNC_ATTACHED("runc, attached", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.ATTACHED),
  /** Containers of runc that were started ahead of the request. */
  RUNC_WARM("runc, warm", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.SOCKET),
  /** Containers of runc on an engine that may be stopped, starved and deceived. */
  RUNC_SPOILT("runc, spoilt engine", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.ATTACHED),
  /** Containers of gVisor. */
  GVISOR("gVisor", Platform.DOCKER_GVISOR, Kernel.GVISOR, Channel.ATTACHED),
  /** Containers of gVisor on an engine that may be stopped, starved and deceived. */
  GVISOR_SPOILT("gVisor, spoilt engine", Platform.DOCKER_GVISOR, Kernel.GVISOR, Channel.ATTACHED),
  /**
   * Sibling containers of a service that is in a container and shares a directory with its host.
   */
  IN_DOCKER("in Docker, shared", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.SOCKET),
  /** Sibling containers of a service that is in a container and shares nothing with its host. */
  IN_DOCKER_UNSHARED("in Docker, unshared", Platform.DOCKER_RUNC, Kernel.LINUX, Channel.ATTACHED);

  /** The kernel that a program sees. */
  public enum Kernel {
    /** The host's. */
    LINUX,
    /** That of gVisor. */
    GVISOR
  }

  /** The transport between supervisor and init. */
  public enum Channel {
    /** A Unix socket. */
    SOCKET,
    /** The standard streams of the container. */
    ATTACHED
  }

  private final String label;
  private final Platform platform;
  private final Kernel kernel;
  private final Channel channel;

  Host(String label, Platform platform, Kernel kernel, Channel channel) {
    this.label = label;
    this.platform = platform;
    this.kernel = kernel;
    this.channel = channel;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  /** The platform of the corpus. */
  public Platform platform() {
    return platform;
  }

  /** The kernel that a program sees there. */
  public Kernel kernel() {
    return kernel;
  }

  /** The transport between supervisor and init there. */
  public Channel channel() {
    return channel;
  }
}
