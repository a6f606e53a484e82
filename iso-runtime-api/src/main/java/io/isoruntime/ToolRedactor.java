package io.isoruntime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes out what must not be recorded. Called by many threads. */
@FunctionalInterface
public interface ToolRedactor {

  /**
   * What is told instead. A failure, or {@code null}, withholds all of it.
   *
   * @param tool the tool's name as the program called it
   * @param told one of {@code arguments}, {@code result} and {@code error} by its name: maps,
   *     lists, strings, numbers, booleans and {@code null}; a copy that may be changed
   * @return the same map, or another one with the same single key
   */
  @Nullable Map<String, @Nullable Object> redact(String tool, Map<String, @Nullable Object> told)
      throws Exception;
}
