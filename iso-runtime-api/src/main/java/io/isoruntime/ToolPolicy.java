package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What one execution may do with the tools of its registry. It only ever takes away: the limits of
 * {@link ExecutionLimits} stay in force. Immutable.
 *
 * <pre>{@code
 * ToolPolicy.builder()
 *     .allow("orders.*", "mail.send")
 *     .maxCalls("mail.send", 3)
 *     .approval(ToolApproval.by(this::ask).of("mail.send"))
 *     .redaction(ToolRedaction.ofKeys("password"))
 *     .build()
 * }</pre>
 */
public final class ToolPolicy {
  /** The most that a call, or its result, can have. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final ToolPolicy UNRESTRICTED = new Builder().build();

  private final @Nullable List<ToolPattern> allowed;
  private final boolean readOnly;
  private final List<Budget> budgets;
  private final @Nullable Duration callTime;
  private final int maxCallBytes;
  private final int maxResultBytes;
  private final ToolRedaction redaction;
  private final @Nullable ToolApproval approval;

  private ToolPolicy(Builder builder) {
    allowed = builder.allowed == null ? null : List.copyOf(builder.allowed);
    readOnly = builder.readOnly;
    budgets = List.copyOf(builder.budgets);
    callTime = builder.callTime;
    maxCallBytes = builder.maxCallBytes;
    maxResultBytes = builder.maxResultBytes;
    redaction = builder.redaction;
    approval = builder.approval;
  }

  /** Every tool of the registry, without further conditions; the default. */
  public static ToolPolicy unrestricted() {
    return UNRESTRICTED;
  }

  /** A builder that starts from {@link #unrestricted()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.allowed = allowed == null ? null : new ArrayList<>(allowed);
    builder.readOnly = readOnly;
    builder.budgets.addAll(budgets);
    builder.callTime = callTime;
    builder.maxCallBytes = maxCallBytes;
    builder.maxResultBytes = maxResultBytes;
    builder.redaction = redaction;
    builder.approval = approval;
    return builder;
  }

  /** What may be called; empty means every tool, an empty list none. */
  public Optional<List<ToolPattern>> allowed() {
    return Optional.ofNullable(allowed);
  }

  /** Whether the list of what may be called has this tool, or there is no list. */
  public boolean allows(Tool<?, ?> tool) {
    return allowed == null || allowed.stream().anyMatch(pattern -> pattern.matches(tool.name()));
  }

  /** Whether only tools with {@link ToolHint#READ_ONLY} may be called. */
  public boolean readOnly() {
    return readOnly;
  }

  /** How many calls are let through in all, if that is limited here. */
  public OptionalInt maxCalls() {
    return budgets.stream()
        .filter(budget -> budget.tools().text().equals("*"))
        .mapToInt(Budget::calls)
        .min();
  }

  /** How many calls are let through, of which tools; each counts every call that it matches. */
  public List<Budget> budgets() {
    return budgets;
  }

  /** The most time for a call, where it is less than the tool's own or the execution's. */
  public Optional<Duration> callTime() {
    return Optional.ofNullable(callTime);
  }

  /** The most bytes of a call as the program sends it: JSON of its number, name and arguments. */
  public int maxCallBytes() {
    return maxCallBytes;
  }

  /** The most bytes of a result as JSON. */
  public int maxResultBytes() {
    return maxResultBytes;
  }

  /** What is withheld from everything that is recorded or told. */
  public ToolRedaction redaction() {
    return redaction;
  }

  /** Which calls need an approval, if any do. */
  public Optional<ToolApproval> approval() {
    return Optional.ofNullable(approval);
  }

  /**
   * How many calls of some tools are let through.
   *
   * @param tools which
   * @param calls how many of all of them together
   */
  public record Budget(ToolPattern tools, int calls) {
    /** Checks the number: 0 to 1 000 000. */
    public Budget {
      requireNonNull(tools);
      Checks.range("calls", calls, 0, 1_000_000);
    }
  }

  /** Collects a policy; each setter checks its value at once. Not thread-safe. */
  public static final class Builder {
    private @Nullable List<ToolPattern> allowed;
    private boolean readOnly;
    private final List<Budget> budgets = new ArrayList<>();
    private @Nullable Duration callTime;
    private int maxCallBytes = MAX_BYTES;
    private int maxResultBytes = MAX_BYTES;
    private ToolRedaction redaction = ToolRedaction.none();
    private @Nullable ToolApproval approval;

    private Builder() {}

    /**
     * Lets only these tools be called, and those of earlier calls of this method: names, or {@link
     * ToolPattern}s such as {@code orders.*}. Without any, none.
     */
    public Builder allow(String... patterns) {
      return allow(List.of(patterns));
    }

    /** The same with a collection. */
    public Builder allow(Iterable<String> patterns) {
      if (allowed == null) {
        allowed = new ArrayList<>();
      }
      for (String pattern : patterns) {
        allowed.add(new ToolPattern(pattern));
      }
      return this;
    }

    /** Lets only tools with {@link ToolHint#READ_ONLY} be called. */
    public Builder readOnly() {
      readOnly = true;
      return this;
    }

    /** Lets this many calls through in all: 0 to 1 000 000. */
    public Builder maxCalls(int calls) {
      return maxCalls("*", calls);
    }

    /**
     * Lets this many calls of these tools through, 0 to 1 000 000; may be said of several patterns.
     * A call counts once it is allowed, whatever becomes of it.
     */
    public Builder maxCalls(String pattern, int calls) {
      budgets.add(new Budget(new ToolPattern(pattern), calls));
      return this;
    }

    /** Sets {@link ToolPolicy#callTime()}: 1 ms to 7 days. */
    public Builder callTime(Duration most) {
      callTime = Checks.range("callTime", most, Duration.ofMillis(1), Duration.ofDays(7));
      return this;
    }

    /** Sets {@link ToolPolicy#maxCallBytes()}: 64 bytes to 16 MiB, which is the default. */
    public Builder maxCallBytes(int most) {
      maxCallBytes = (int) Checks.range("maxCallBytes", most, 64, MAX_BYTES);
      return this;
    }

    /** Sets {@link ToolPolicy#maxResultBytes()}: 64 bytes to 16 MiB, which is the default. */
    public Builder maxResultBytes(int most) {
      maxResultBytes = (int) Checks.range("maxResultBytes", most, 64, MAX_BYTES);
      return this;
    }

    /** Sets {@link ToolPolicy#redaction()}. */
    public Builder redaction(ToolRedaction redaction) {
      this.redaction = requireNonNull(redaction, "redaction");
      return this;
    }

    /** Sets {@link ToolPolicy#approval()}. */
    public Builder approval(ToolApproval approval) {
      this.approval = requireNonNull(approval, "approval");
      return this;
    }

    /** Builds the policy. */
    public ToolPolicy build() {
      return new ToolPolicy(this);
    }
  }
}
