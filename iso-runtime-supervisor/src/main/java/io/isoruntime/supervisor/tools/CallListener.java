package io.isoruntime.supervisor.tools;

/** Is told of calls, on the thread that handles them. */
public interface CallListener {

  /** A call is accepted and about to be handled. */
  void started(long id, String tool);

  /** A call was let through or denied. */
  void decided(DecidedRequest call);

  /** One more call waits for an approval, and for so long the program for the host. */
  void waiting();

  /** One of those waits no longer. */
  void waited();

  /** A call beyond the limit was refused; nothing else is told of it. */
  void refused();

  /** A call has its answer, which is about to be sent. */
  void ended(CallRecord call);

  /** Sends the reply to the program. */
  void reply(byte[] json);
}
