/** The corpus of attacks and faults, and what tries it on a runtime. */
module io.isoruntime.conformance {
  requires static transitive org.jspecify;
  requires transitive io.isoruntime.api;
  requires io.isoruntime.supervisor;
  requires java.management;
  requires org.newsclub.net.unix;

  exports io.isoruntime.conformance;

  opens io.isoruntime.conformance to
      com.fasterxml.jackson.databind; // the arguments of tools are records
}
