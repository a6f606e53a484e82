package io.isoruntime.subprocess;

import org.junit.jupiter.api.Tag;

/** The corpus once more, as an ordinary user. */
@Tag("long")
class OrdinaryUserAttackTest extends AsOrdinaryUser {
  OrdinaryUserAttackTest() {
    super(SubprocessAttackTest.class, SubprocessAttackTest.class);
  }
}
