package io.isoruntime.subprocess;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The template in use, and another one when that is gone. Thread-safe. */
final class Templates implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Templates.class);

  private final Interpreter interpreter;
  private final Executor threads;
  private @Nullable Template current;
  private boolean closed;

  Templates(Interpreter interpreter, Executor threads) {
    this.interpreter = interpreter;
    this.threads = threads;
  }

  /** Starts one, so that it is ready when it is needed. */
  void prepare() {
    try {
      var unused = get();
    } catch (IOException e) {
      LOG.debug("the next one may start; otherwise that failure is told", e);
    }
  }

  /** Has a helper forked, by a new template if need be. */
  Helper fork(boolean ahead, Duration timeout) throws IOException {
    Template template = get();
    try {
      return template.fork(ahead, timeout, threads);
    } catch (Template.TooLateException e) {
      discard(template);
      throw e;
    } catch (IOException e) {
      LOG.warn("a template is gone; starting another", e);
      discard(template);
      return get().fork(ahead, timeout, threads);
    }
  }

  private synchronized Template get() throws IOException {
    if (closed) {
      throw new IOException("the runtime is closed");
    }
    if (current == null || !current.isAlive()) {
      if (current != null) {
        current.close();
      }
      current = Template.start(interpreter, threads);
    }
    return current;
  }

  private void discard(Template failed) {
    synchronized (this) {
      if (current == failed) {
        current = null;
      }
    }
    failed.close();
  }

  @Override
  public void close() {
    Template last;
    synchronized (this) {
      closed = true;
      last = current;
      current = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
