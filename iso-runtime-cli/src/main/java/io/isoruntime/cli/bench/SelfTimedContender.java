package io.isoruntime.cli.bench;

import io.isoruntime.ExecutionResult;
import java.util.function.LongUnaryOperator;

/** A runtime of this library whose program gives a number, from which the time follows. */
final class SelfTimedContender implements Contender {
  private final RuntimeContender runtime;
  private final LongUnaryOperator nanos;

  /**
   * Takes over the runtime.
   *
   * @param nanos makes the time that counts of the program's result, as soon as that is there
   */
  SelfTimedContender(RuntimeContender runtime, LongUnaryOperator nanos) {
    this.runtime = runtime;
    this.nanos = nanos;
  }

  @Override
  public String name() {
    return runtime.name();
  }

  @Override
  public String title() {
    return runtime.title();
  }

  @Override
  public boolean isOurs() {
    return true;
  }

  @Override
  public long time() throws AbsentException {
    ExecutionResult result = runtime.execute();
    if (!(result.result() instanceof Number number)) {
      throw new IllegalStateException(name() + " gave no number");
    }
    return nanos.applyAsLong(number.longValue());
  }

  @Override
  public void close() {
    runtime.close();
  }
}
