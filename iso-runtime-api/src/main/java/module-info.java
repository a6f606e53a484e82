/** What embedders program against: values and interfaces, without any back-end. */
module io.isoruntime.api {
  requires static transitive org.jspecify;

  exports io.isoruntime;

  uses io.isoruntime.ToolDescriber;
}
