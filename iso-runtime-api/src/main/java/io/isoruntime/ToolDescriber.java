package io.isoruntime;

/**
 * What is behind {@link ToolRegistry#describe} and {@link ToolRegistry#search}; the supervisor has
 * one, and {@link java.util.ServiceLoader} finds it. Implementations are thread-safe.
 */
public interface ToolDescriber {
  /** As {@link ToolRegistry#describe}. */
  String describe(ToolRegistry tools, ToolDescription style);

  /** As {@link ToolRegistry#search}, of which the arguments have been checked. */
  ToolRegistry search(ToolRegistry tools, String query, int max);
}
