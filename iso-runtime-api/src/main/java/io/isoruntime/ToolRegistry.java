package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Optional;

/** The tools that a program may call: an immutable value, fixed when the execution starts. */
public interface ToolRegistry {

  /** All tools, in the order in which they were added. */
  Collection<Tool<?, ?>> tools();

  /** The tool of exactly this name; names are compared code point by code point. */
  Optional<Tool<?, ?>> find(String name);

  /**
   * The tools as text for a model's prompt, in this order, and the same text each time; empty, or
   * an empty array, if there is none. What descriptions and other declared texts hold stays inside
   * the docstring, comment or string where it stands, whatever it is. As a request to the model it
   * may still be read: describe only tools whose authors you trust.
   *
   * @throws IsoException if one of the tools can't be used ({@link ErrorCode#TOOL_INVALID}), or if
   *     there is no supervisor on the class path or module path ({@link
   *     ErrorCode#SUPERVISOR_MISSING})
   */
  default String describe(ToolDescription style) {
    return ToolDescribers.find().describe(this, requireNonNull(style, "style"));
  }

  /**
   * Those tools that fit the words of a query best, the best first: by their names, and less by
   * descriptions and the names of arguments. Rare words count more than those that many tools have.
   * In the sandbox {@code iso.find_tools} ranks in the same way.
   *
   * @param query words in any form; if there is none, all tools fit, in this order
   * @param max how many at most, from 0
   * @return a registry of its own, which later changes of an implementation don't reach
   * @throws IsoException as {@link #describe} says
   */
  default ToolRegistry search(String query, int max) {
    requireNonNull(query, "query");
    Checks.range("max", max, 0, Integer.MAX_VALUE);
    return ToolDescribers.find().search(this, query, max);
  }

  /** No tool at all. */
  static ToolRegistry empty() {
    return ImmutableToolRegistry.EMPTY;
  }

  /** A registry of these tools. */
  static ToolRegistry of(Tool<?, ?>... tools) {
    Builder builder = builder();
    for (Tool<?, ?> tool : tools) {
      builder.add(tool);
    }
    return builder.build();
  }

  /** Begins a registry. */
  static Builder builder() {
    return new ImmutableToolRegistry.Collector();
  }

  /** Collects tools. Not thread-safe. */
  interface Builder {
    /**
     * Adds a tool.
     *
     * @throws IsoException if its name is taken, or is a namespace of another one's name ({@link
     *     ErrorCode#TOOL_INVALID})
     */
    Builder add(Tool<?, ?> tool);

    /**
     * Adds each public method of this object that bears {@link ToolMethod}, in the order of their
     * names. Its parameters are the tool's arguments; one of type {@link ToolContext} gets the
     * call's context instead. A {@code CompletionStage} as its result is one that answers later.
     *
     * @throws IsoException if there is none, if one isn't public or can't be a tool for another
     *     reason, or as {@link #add} says ({@link ErrorCode#TOOL_INVALID})
     */
    Builder scan(Object holder);

    /** Builds the registry. */
    ToolRegistry build();
  }
}
