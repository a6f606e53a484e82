package io.isoruntime;

/** What a tool's declaration tells about its effects; a hint for policies, not a guarantee. */
public enum ToolHint {
  /** It changes nothing. */
  READ_ONLY,
  /** It may remove or overwrite something. */
  DESTRUCTIVE,
  /** The same call again has no further effect. */
  IDEMPOTENT
}
