package io.isoruntime.subprocess;

/** The contract once more, as an ordinary user. */
class OrdinaryUserContractTest extends AsOrdinaryUser {
  OrdinaryUserContractTest() {
    super(SubprocessRuntimeContractTest.class);
  }
}
