/** The back-end on Linux namespaces. */
module io.isoruntime.subprocess {
  requires static transitive org.jspecify;
  requires transitive io.isoruntime.api;
  requires io.isoruntime.supervisor;
  requires com.fasterxml.jackson.databind;
  requires com.kohlschutter.junixsocket.nativecommon; // found by nobody on the module path else
  requires org.newsclub.net.unix;
  requires org.slf4j;

  exports io.isoruntime.subprocess;

  opens io.isoruntime.subprocess to
      com.fasterxml.jackson.databind;
}
