package io.isoruntime;

/** How {@link ToolRegistry#describe} tells a model of tools. */
public enum ToolDescription {
  /**
   * Python as in a stub file: exceptions, types, and each tool with its signature and a docstring.
   * For models that write programs. It is meant to be read; {@code tools.pyi} in the sandbox is the
   * one for type checkers.
   */
  PYTHON_STUBS,
  /** A line for each tool: its signature and the first line of its description. */
  COMPACT,
  /**
   * A JSON array, a tool on each line: {@code name}, {@code description}, {@code inputSchema} and
   * {@code outputSchema}, each a JSON Schema (draft 2020-12) that is complete in itself. For what
   * offers tools to models as functions.
   */
  JSON_SCHEMA
}
