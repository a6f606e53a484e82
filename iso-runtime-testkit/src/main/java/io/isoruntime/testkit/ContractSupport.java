package io.isoruntime.testkit;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The base of tests that take single themes of the {@linkplain RuntimeContract contract}: a
 * subclass implements the interfaces of those themes and {@link #open}. The tests of one class
 * share the runtimes that {@link #shared} returns. Safe for use by many threads.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
public abstract class ContractSupport implements ContractSubject {
  private final Map<SandboxProfile, Runtime> runtimes = new HashMap<>();
  private final List<Workspace> workspaces = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();

  @Override
  public final synchronized Runtime shared(SandboxProfile profile) {
    return runtimes.computeIfAbsent(profile, this::open);
  }

  @Override
  public final synchronized Workspace workspace(SandboxProfile profile) {
    Workspace workspace = shared(profile).openWorkspace();
    workspaces.add(workspace);
    return workspace;
  }

  @Override
  public final synchronized Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("iso-contract");
      directories.add(directory);
      return directory;
    } catch (IOException e) {
      throw new AssertionError("No temporary directory could be made.", e);
    }
  }

  /** Removes what the last test left; a sandbox that still ran would keep its workspace busy. */
  @AfterEach
  final synchronized void removeFiles() throws IOException {
    workspaces.forEach(Workspace::delete);
    workspaces.clear();
    for (Path directory : directories) {
      TreeRemoval.remove(directory);
    }
    directories.clear();
  }

  /** Closes the shared runtimes. */
  @AfterAll
  final synchronized void closeRuntimes() {
    runtimes.values().forEach(Runtime::close);
    runtimes.clear();
  }
}
