package io.isoruntime;

/** Answers whether a call may be made; it may block its thread. Called by many threads. */
@FunctionalInterface
public interface ToolApprover {

  /** Answers. Any exception denies. Its thread is interrupted when the answer comes too late. */
  ApprovalAnswer decide(ApprovalRequest call) throws Exception;
}
