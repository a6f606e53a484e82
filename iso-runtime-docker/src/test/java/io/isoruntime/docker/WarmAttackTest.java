package io.isoruntime.docker;

import io.isoruntime.conformance.Case;
import java.util.List;

/**
 * The corpus on containers that were started ahead: with {@code -Diso.soak=true} all of it, else
 * what attacks the channel.
 */
class WarmAttackTest extends RuncAttackTest {

  @Override
  DockerRuntime.Builder builder() {
    return super.builder().warmSandboxes(2);
  }

  @Override
  public boolean keepsSandboxesReady() {
    return true;
  }

  @Override
  protected List<Case> cases() {
    return Boolean.getBoolean("iso.soak")
        ? super.cases()
        : super.cases().stream().filter(known -> known.id().matches("T.*")).toList();
  }
}
