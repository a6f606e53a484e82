package io.isoruntime.supervisor.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What a thread allocates: a bound on memory can be asserted, whatever the collector does. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** What is to be measured. */
  public interface Action {
    /** Does it; may be asked to do it again. */
    void run() throws IOException;
  }

  /** Of two runs if need be: the first one may load classes, which the fuzzer instruments. */
  public static void assertAtMost(long most, Action action) throws IOException {
    long allocated = allocatedBy(action);
    if (allocated > most) {
      allocated = allocatedBy(action);
    }
    assertTrue(allocated <= most, allocated + " bytes instead of at most " + most);
  }

  private static long allocatedBy(Action action) throws IOException {
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    action.run();
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }
}
