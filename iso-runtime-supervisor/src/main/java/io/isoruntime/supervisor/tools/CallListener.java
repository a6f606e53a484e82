package io.isoruntime.supervisor.tools;

/** Is told of calls, on the thread that handles them. */
public interface CallListener {

  /** A call is accepted and about to be handled. */
  void started(long id, String tool);

  /** A call has its answer, which is about to be sent. */
  void ended(CallRecord call);

  /** Sends the reply to the program. */
  void reply(byte[] json);
}
