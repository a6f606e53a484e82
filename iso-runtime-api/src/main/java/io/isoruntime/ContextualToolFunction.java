package io.isoruntime;

import org.jspecify.annotations.Nullable;

/**
 * A {@link ToolFunction} that wants to know who calls, and until when.
 *
 * @param <I> the record of its arguments
 * @param <O> what it returns
 */
@FunctionalInterface
public interface ContextualToolFunction<I, O extends @Nullable Object> {

  /** Handles one call; exceptions as in {@link ToolFunction#call}. */
  O call(I arguments, ToolContext context) throws Exception;
}
