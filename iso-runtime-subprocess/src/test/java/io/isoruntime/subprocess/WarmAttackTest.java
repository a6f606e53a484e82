package io.isoruntime.subprocess;

import org.junit.jupiter.api.Tag;

/** The corpus on sandboxes that were made ahead. */
@Tag("once")
class WarmAttackTest extends SubprocessAttackTest {
  @Override
  public boolean keepsSandboxesReady() {
    return true;
  }
}
