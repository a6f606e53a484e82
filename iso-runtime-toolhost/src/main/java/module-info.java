/** Tools of Python bundles, run by a trusted process apart from generated code. */
module io.isoruntime.toolhost {
  requires static transitive org.jspecify;
  requires transitive io.isoruntime.api;
  requires com.fasterxml.jackson.databind;
  requires io.isoruntime.supervisor;
  requires org.slf4j;

  exports io.isoruntime.toolhost;
}
