package io.isoruntime;

/**
 * Makes the tools of a host application available to the command line: {@code iso run --tools
 * CLASS} finds implementations with {@link java.util.ServiceLoader}.
 */
public interface ToolRegistryProvider {

  /** The tools; called once for each run. */
  ToolRegistry tools();
}
