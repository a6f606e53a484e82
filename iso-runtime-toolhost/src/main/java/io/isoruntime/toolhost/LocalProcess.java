package io.isoruntime.toolhost;

import io.isoruntime.supervisor.local.LastWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tool host as a child of this JVM. */
final class LocalProcess implements HostProcess {
  private static final Logger LOG = LoggerFactory.getLogger(LocalProcess.class);
  private static final int MAX_WORDS = 4096;
  private static final long GRACE_SECONDS = 3;

  private final Process process;
  private final LastWords words = new LastWords(MAX_WORDS);

  LocalProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::readErrors, "iso-toolhost-errors-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Little comes here: only what the interpreter itself says; bundles write to the log. */
  private void readErrors() {
    byte[] buffer = new byte[1024];
    try (InputStream errors = process.getErrorStream()) {
      for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
        words.hear(buffer, count);
      }
    } catch (IOException e) {
      LOG.debug("the tool host's standard error ended", e);
    }
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public String nameOf(Path bundle) {
    return bundle.toString();
  }

  @Override
  public String lastWords() {
    return words.text();
  }

  @Override
  public void end() {
    // Apart: a writer that waits for a process that is stopped would hold us up.
    Thread closer = new Thread(this::closeInput, "iso-toolhost-close-" + process.pid());
    closer.setDaemon(true);
    closer.start();
    boolean interrupted = false;
    try {
      if (process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
      LOG.warn("the tool host {} does not end by itself and is killed", process.pid());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly); // nobody else ends what tools left behind
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("the tool host has ended before", e);
    }
  }
}
