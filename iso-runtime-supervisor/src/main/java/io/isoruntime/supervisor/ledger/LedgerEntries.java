package io.isoruntime.supervisor.ledger;

import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolRedaction;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.policy.Redactor;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.DecidedRequest;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** How the calls of one execution are recorded: what is withheld, what is cut. Thread-safe. */
public final class LedgerEntries {
  /** What an entry holds of arguments and of a result; of a refused call less. */
  private static final int MAX_VALUE_BYTES = 256 * 1024;

  private static final int MAX_REFUSED_BYTES = 4 * 1024;

  private final String executionId;
  private final Redactor redactor;
  private final Redactor withoutMessage;
  private final SecretKeySpec key;

  /** Records the calls of this execution, without what the redaction withholds. */
  public LedgerEntries(String executionId, ToolRedaction redaction) {
    this.executionId = executionId;
    this.redactor = new Redactor(redaction);
    this.withoutMessage = new Redactor(redaction.andPointers("/error/message"));
    byte[] random = new byte[32];
    if (!redactor.isIdle()) {
      new SecureRandom().nextBytes(random);
    }
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** The execution. */
  public String executionId() {
    return executionId;
  }

  /**
   * What is recorded of a call, but for its place in the ledger.
   *
   * @param full whether the disk holds so much of calls already that values are left out
   */
  public byte[] body(CallRecord record, boolean full) {
    ToolCall call = record.call();
    boolean ok = call.status() == ToolCallStatus.OK;
    boolean refused =
        call.status() == ToolCallStatus.DENIED || call.status() == ToolCallStatus.BUSY;
    int cap = full ? 0 : refused ? MAX_REFUSED_BYTES : MAX_VALUE_BYTES;
    RecordedValue arguments = value(record.request(), "args", call.tool(), "arguments", cap);
    RecordedValue result = value(ok ? record.reply() : null, "ok", call.tool(), "result", cap);
    RecordedValue error =
        RecordedValue.of(
            ok ? null : record.reply(),
            "error",
            call.tool(),
            "error",
            arguments.isWithheld() && mayQuote(record) ? withoutMessage : redactor,
            cap,
            key);
    return Json.bytes(
        Json.object(
            "execution",
            executionId,
            "id",
            call.id(),
            "tool",
            call.tool(),
            "status",
            call.status().label(),
            "decision",
            decision(record.decision()),
            "arguments",
            arguments.value(),
            "argumentsDigest",
            arguments.digest(),
            "result",
            result.value(),
            "resultDigest",
            result.digest(),
            "error",
            error.value(),
            "startedAt",
            record.arrived().toString(),
            "micros",
            call.took().toNanos() / 1_000));
  }

  /** Whether the error's message is of those who saw the arguments: tools, and who binds them. */
  private static boolean mayQuote(CallRecord record) {
    ToolCallStatus status = record.call().status();
    ToolDecision decision = record.decision();
    return status == ToolCallStatus.FAILED
        || (status == ToolCallStatus.DENIED
            && (decision.allowed()
                || decision.code().filter("INVALID_ARGUMENT"::equals).isPresent()));
  }

  /** The arguments of a call that was decided, as a listener is told them. */
  public @Nullable Object arguments(DecidedRequest call) {
    int cap = call.decision().allowed() ? MAX_VALUE_BYTES : MAX_REFUSED_BYTES;
    return value(call.request(), "args", call.tool(), "arguments", cap).plain();
  }

  private RecordedValue value(
      byte @Nullable [] message, String field, String tool, String part, int cap) {
    return RecordedValue.of(message, field, tool, part, redactor, cap, key);
  }

  private static Object decision(ToolDecision decision) {
    return Json.object(
        "allowed",
        decision.allowed(),
        "code",
        decision.code().orElse(null),
        "reason",
        decision.reason(),
        "waitedMicros",
        decision.waited().map(Duration::toNanos).map(nanos -> nanos / 1_000).orElse(null));
  }
}
