package io.isoruntime.toolhost;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of this host, as this user. */
final class SubprocessPlacement implements Placement {
  /** What an interpreter and its libraries need to be found and to write somewhere. */
  private static final List<String> KEPT = List.of("PATH", "HOME", "TMPDIR", "TZ");

  private final String interpreter;

  SubprocessPlacement(String interpreter) {
    this.interpreter = interpreter;
  }

  @Override
  public String name() {
    return "subprocess";
  }

  @Override
  public HostProcess start(HostLaunch launch) {
    List<String> command = new ArrayList<>();
    command.add(interpreter);
    command.addAll(launch.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT);
    environment.put("LC_ALL", "C.UTF-8");
    try {
      return new LocalProcess(builder.start());
    } catch (IOException e) {
      throw new IsoException(
          new Problem(
              ErrorCode.INTERPRETER_UNUSABLE,
              "The interpreter '" + interpreter + "' can't be started: " + e.getMessage() + ".",
              "There is no tool host.",
              "Name a Python 3.9 or newer: ToolHost.subprocess(\"/usr/bin/python3\")."),
          e);
    }
  }
}
