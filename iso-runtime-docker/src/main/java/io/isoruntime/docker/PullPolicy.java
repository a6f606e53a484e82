package io.isoruntime.docker;

/** Whether a missing image is fetched from its registry. */
public enum PullPolicy {
  /** A missing image is an error that tells how to build it. */
  NEVER,
  /** It is pulled once, when the runtime is built. */
  IF_MISSING
}
