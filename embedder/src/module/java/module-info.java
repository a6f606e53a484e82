/** Only for the run on the module path; the class path needs no declaration. */
module embedder {
  requires io.isoruntime.api;
  requires io.isoruntime.subprocess;

  // The arguments of tools are made by reflection.
  opens embedder;
}
