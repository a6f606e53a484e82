package io.isoruntime.testkit;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.Set;

/** What the themes of the {@linkplain RuntimeContract contract} need from the class under test. */
public interface ContractSubject {

  /** Makes a runtime whose sandboxes are these; the caller closes it. */
  Runtime open(SandboxProfile profile);

  /**
   * The controls that {@link #open} waives, because the host can't enforce them. Where a test is
   * about such a control, it only asserts that the report says so.
   */
  default Set<Control> waived() {
    return Set.of();
  }

  /**
   * What a sandbox shows of its init's directory in /proc although it is another user's, and that
   * holds no secret: gVisor checks fewer of these files than Linux.
   */
  default Set<String> shownOfInit() {
    return Set.of();
  }

  /** Whether the number of files is limited as such, and not only by the memory that they take. */
  default boolean limitsInodes() {
    return true;
  }

  /** Whether the runtimes require this control. */
  default boolean enforces(Control control) {
    return !waived().contains(control);
  }

  /** A runtime of this profile that all tests share and none closes. */
  Runtime shared(SandboxProfile profile);

  /** A workspace of the shared runtime of this profile; it is removed after the test. */
  Workspace workspace(SandboxProfile profile);

  /** A directory of the host that is removed after the test. */
  Path temporaryDirectory();

  /** The shared runtime of the default profile. */
  default Runtime shared() {
    return shared(SandboxProfile.defaults());
  }

  /** A workspace of the shared runtime of the default profile. */
  default Workspace workspace() {
    return workspace(SandboxProfile.defaults());
  }

  /** Runs a program with the defaults. */
  default ExecutionResult run(String code) {
    return run(ExecutionRequest.python(code));
  }

  /** Runs a program that may call these tools. */
  default ExecutionResult run(String code, ToolRegistry tools) {
    return run(ExecutionRequest.python(code).tools(tools));
  }

  /** Runs a request in a workspace of its own. */
  default ExecutionResult run(ExecutionRequest.Builder request) {
    return run(SandboxProfile.defaults(), request);
  }

  /** Runs a request in a sandbox of this profile. */
  default ExecutionResult run(SandboxProfile profile, ExecutionRequest.Builder request) {
    return shared(profile).execute(request.in(workspace(profile)).build());
  }
}
