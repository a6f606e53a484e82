package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.conformance.Soak;
import io.isoruntime.conformance.SoakReport;
import io.isoruntime.conformance.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many executions through one runtime, good, failing and attacking ones by several callers at once:
 * each ends as it must, and they leave nothing on the host and nothing in the JVM. A subclass says
 * on what; nothing else may run in its JVM meanwhile.
 */
@Tag("long")
public abstract class SoakContract {
  private static final long HEAP_MAY_GROW = 4L << 20;

  /** Where the executions are. */
  protected abstract Subject subject();

  /**
   * How many executions: with {@code -Diso.soak=true} enough to see a leak of a kilobyte or two
   * each, else fewer.
   */
  protected int executions() {
    return Boolean.getBoolean("iso.soak") ? 2_000 : 200;
  }

  /** How many threads run them. */
  protected int callers() {
    return 3;
  }

  @Test
  final void manyExecutionsLeaveTheHostAndTheJvmAsTheyWere()
      throws IOException, InterruptedException {
    SoakReport report = Soak.run(subject(), executions(), callers(), 20_240_229L);
    System.out.println(getClass().getSimpleName() + ": " + report);
    assertEquals(List.of(), report.unexpected());
    assertEquals(Set.of(), report.left());
    long grown = report.after().heapBytes() - report.before().heapBytes();
    assertTrue(grown < HEAP_MAY_GROW, () -> "the heap has grown by " + grown + " bytes");
  }
}
