package io.isoruntime.subprocess;

import org.junit.jupiter.api.Tag;

/** The contract once more, as an ordinary user. */
@Tag("once")
class OrdinaryUserContractTest extends AsOrdinaryUser {
  OrdinaryUserContractTest() {
    super(WithoutACgroupContract.class, SubprocessRuntimeContractTest.class);
  }
}
