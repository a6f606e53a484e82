package io.isoruntime;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A tool that answers later, without holding a thread. When the execution ends first, a stage that
 * is a {@code CompletableFuture} is cancelled.
 *
 * @param <I> the record of its arguments
 * @param <O> what it returns
 */
@FunctionalInterface
public interface AsyncToolFunction<I, O extends @Nullable Object> {

  /** Begins one call; exceptions, thrown or in the stage, as in {@link ToolFunction#call}. */
  CompletionStage<O> call(I arguments, ToolContext context) throws Exception;
}
