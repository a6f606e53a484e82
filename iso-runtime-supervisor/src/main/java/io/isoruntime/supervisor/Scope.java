package io.isoruntime.supervisor;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Undoes what was registered, in reverse order, whatever fails on the way. For one thread. */
final class Scope implements AutoCloseable {
  private final Deque<Runnable> undo = new ArrayDeque<>();

  void onClose(Runnable action) {
    undo.push(action);
  }

  @Override
  public void close() {
    @Nullable Throwable first = null;
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (RuntimeException
          | Error e) { // an Error too must not keep the rest from being undone
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof Error error) {
      throw error;
    } else if (first instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
