package io.isoruntime;

import java.util.Collection;
import java.util.Optional;

/** The tools that a program may call: an immutable value, fixed when the execution starts. */
public interface ToolRegistry {

  /** All tools, in the order in which they were added. */
  Collection<Tool<?, ?>> tools();

  /** The tool of exactly this name; names are compared code point by code point. */
  Optional<Tool<?, ?>> find(String name);

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
