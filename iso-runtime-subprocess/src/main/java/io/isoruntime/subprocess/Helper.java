package io.isoruntime.subprocess;

import io.isoruntime.supervisor.local.LastWords;
import io.isoruntime.supervisor.spi.Protocol;
import io.isoruntime.supervisor.spi.Token;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that builds one sandbox and stands outside of it. The connection to it is its
 * lifeline: when that is cut, which also the death of this process does, it kills and cleans up;
 * and its end is the connection's.
 */
final class Helper {
  private static final long PATIENCE_SECONDS = 1;
  private static final int MAX_WORDS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(Helper.class);

  private final AFUNIXSocket lifeline;
  private final ProcessHandle process;
  private final LastWords words = new LastWords(MAX_WORDS);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Helper(AFUNIXSocket lifeline, ProcessHandle process) {
    this.lifeline = lifeline;
    this.process = process;
  }

  /**
   * The helper at the other end, which first tells its process id.
   *
   * @param threads where its end is waited for
   */
  static Helper at(AFUNIXSocket lifeline, Executor threads) throws IOException {
    long pid = new DataInputStream(lifeline.getInputStream()).readLong();
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IOException("the helper " + pid + " ended at once"));
    lifeline.setSoTimeout(0);
    Helper helper = new Helper(lifeline, process);
    threads.execute(helper::listen);
    return helper;
  }

  /** Until it has ended, and with it all that had the other end. */
  private void listen() {
    byte[] buffer = new byte[1024];
    try {
      InputStream in = lifeline.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        words.hear(buffer, count);
      }
    } catch (IOException e) {
      LOG.debug("the lifeline of helper {} broke", pid(), e);
    }
    ended.complete(null);
  }

  /** What it said of what nobody foresaw. */
  String lastWords() {
    return words.text().replace('\n', ' ');
  }

  long pid() {
    return process.pid();
  }

  /**
   * Sends the specification; then, read when init has been forked, the places that are the helper's
   * own matter; and last the token, which only init will read.
   */
  void tell(byte[] launch, byte[] places, Token token) throws IOException {
    lifeline.getOutputStream().write(Protocol.launch(launch, places, token.secret()));
  }

  boolean isAlive() {
    return !ended.isDone();
  }

  void onExit(Runnable action) {
    var unused = ended.thenRun(action);
  }

  /** Cuts the lifeline and runs the action when the helper has ended, by force if need be. */
  void end(Runnable action) {
    cut();
    var unused =
        ended
            .copy()
            .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .whenComplete(
                (done, late) -> {
                  if (late instanceof TimeoutException) {
                    LOG.warn("the helper {} did not end; killing it", pid());
                    process.destroyForcibly();
                  }
                  String said = lastWords();
                  if (!said.isEmpty()) {
                    LOG.warn("the helper {} said: {}", pid(), said);
                  }
                  close();
                  action.run();
                });
  }

  /** It hears of this; its own end remains to be heard. */
  private void cut() {
    try {
      lifeline.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("the helper {} is gone already", pid());
    }
  }

  private void close() {
    try {
      lifeline.close();
    } catch (IOException e) {
      LOG.debug("closing a lifeline", e);
    }
  }

  /** Gives it no time to clean up. */
  void kill() {
    end(() -> {});
    process.destroyForcibly();
  }
}
