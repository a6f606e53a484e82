/** The trusted half that all back-ends share. */
module io.isoruntime.supervisor {
  requires static transitive org.jspecify;
  requires transitive io.isoruntime.api;
  requires com.fasterxml.jackson.databind;
  requires com.networknt.schema;
  requires com.fasterxml.classmate;
  requires com.github.victools.jsonschema.generator;
  requires com.kohlschutter.junixsocket.nativecommon; // found by nobody on the module path else
  requires org.newsclub.net.unix;
  requires org.slf4j;

  exports io.isoruntime.supervisor;
  exports io.isoruntime.supervisor.json;
  exports io.isoruntime.supervisor.ledger;
  exports io.isoruntime.supervisor.local;
  exports io.isoruntime.supervisor.python;
  exports io.isoruntime.supervisor.spi;
  exports io.isoruntime.supervisor.policy to
      io.isoruntime.testkit;
  exports io.isoruntime.supervisor.tools to
      io.isoruntime.testkit,
      io.isoruntime.toolhost;

  opens io.isoruntime.supervisor to
      com.fasterxml.jackson.databind;
  opens io.isoruntime.supervisor.attest to
      com.fasterxml.jackson.databind;

  provides io.isoruntime.ToolDescriber with
      io.isoruntime.supervisor.tools.ToolTexts;
}
