package io.isoruntime.conformance;

/** What sandboxes are made of; the columns of the table in docs/security.md. */
public enum Platform {
  /** Linux namespaces made by root. */
  SUBPROCESS_ROOT("subprocess, root"),
  /** Linux namespaces made by an ordinary user. */
  SUBPROCESS_USER("subprocess, user"),
  /** Containers that share the host's kernel. */
  DOCKER_RUNC("Docker, runc"),
  /** Containers with gVisor's kernel. */
  DOCKER_GVISOR("Docker, gVisor");

  private final String label;

  Platform(String label) {
    this.label = label;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  /** Whether sandboxes are an engine's containers. */
  public boolean hasEngine() {
    return this == DOCKER_RUNC || this == DOCKER_GVISOR;
  }
}
