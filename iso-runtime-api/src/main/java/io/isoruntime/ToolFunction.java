package io.isoruntime;

import org.jspecify.annotations.Nullable;

/**
 * The host's side of a tool. It may be called by several threads at once.
 *
 * @param <I> the record of its arguments
 * @param <O> what it returns
 */
@FunctionalInterface
public interface ToolFunction<I, O extends @Nullable Object> {

  /**
   * Handles one call.
   *
   * @throws ToolException to tell the program what went wrong; of any other exception it only
   *     learns that the tool failed
   */
  O call(I arguments) throws Exception;
}
