package io.isoruntime.cli.doctor;

import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Finds out whether this host is ready. Not thread-safe. */
public final class Doctor {
  private Doctor() {}

  /**
   * The rows, of the host first and then of the trial.
   *
   * @param opener makes a runtime that requires no more than it must
   * @param python the interpreter that the runtime was told
   */
  public static List<Row> examine(Supplier<Runtime> opener, String python) {
    HostReadings host = HostReader.ofThisHost().read();
    List<Row> rows = new ArrayList<>(HostRows.of(host));
    try (Runtime runtime = opener.get()) {
      rows.addAll(TrialRows.of(Trial.run(runtime), python, host));
    } catch (IsoException e) {
      rows.addAll(TrialRows.of(e.problem(), python));
    }
    return rows;
  }
}
