/** Fakes for embedders' tests, and the contract that every back-end passes. */
module io.isoruntime.testkit {
  requires static transitive org.jspecify;
  requires transitive io.isoruntime.api;
  requires transitive io.isoruntime.conformance;
  requires transitive org.junit.jupiter.api;
  requires io.isoruntime.supervisor;
  requires com.fasterxml.jackson.databind;

  exports io.isoruntime.testkit;
  exports io.isoruntime.testkit.plan;
}
