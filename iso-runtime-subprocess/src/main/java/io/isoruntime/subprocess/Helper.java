package io.isoruntime.subprocess;

import io.isoruntime.supervisor.python.InitSources;
import io.isoruntime.supervisor.spi.Token;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that builds one sandbox and stands outside of it. Its stdin is its lifeline: at
 * end-of-file, which also the death of this process brings, it kills and cleans up.
 */
final class Helper {
  private static final long PATIENCE_SECONDS = 1;
  private static final int MAX_WORDS = 1_000;
  private static final String BOOT = InitSources.boot();
  private static final Logger LOG = LoggerFactory.getLogger(Helper.class);

  private final Process process;
  private final DataOutputStream lifeline;

  private Helper(Process process) {
    this.process = process;
    this.lifeline = new DataOutputStream(process.getOutputStream());
  }

  /** Nothing of this process's environment goes along. */
  static Helper start(Interpreter interpreter) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(interpreter.executable(), "-I", "-S", "-X", "utf8", "-c", BOOT)
            .directory(new File("/"))
            .redirectOutput(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    return new Helper(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /**
   * Sends program and specification; then, read when init has been forked, the places that are the
   * helper's own matter; and last the token, which only init will read.
   */
  void tell(byte[] code, byte[] launch, byte[] places, Token token) throws IOException {
    for (byte[] part : new byte[][] {code, launch, places, token.secret()}) {
      lifeline.writeInt(part.length);
      lifeline.write(part);
    }
    lifeline.flush();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void onExit(Runnable action) {
    var unused = process.onExit().thenRun(action);
  }

  /** What it wrote to stderr, as far as it is there. */
  String lastWords() {
    try {
      InputStream errors = process.getErrorStream();
      byte[] words = errors.readNBytes(Math.min(errors.available(), 64 * 1024));
      String text = new String(words, StandardCharsets.UTF_8).strip().replace('\n', ' ');
      return text.substring(Math.max(0, text.length() - MAX_WORDS));
    } catch (IOException e) {
      return "";
    }
  }

  /** Cuts the lifeline and runs the action when the helper has ended, by force if need be. */
  void end(Runnable action) {
    try {
      lifeline.close();
    } catch (IOException e) {
      LOG.debug("the helper {} is gone already", pid());
    }
    var unused =
        process
            .onExit()
            .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .whenComplete(
                (ended, late) -> {
                  if (late instanceof TimeoutException) {
                    LOG.warn("the helper {} did not end; killing it", pid());
                    process.destroyForcibly();
                  }
                  String words = lastWords();
                  if (!words.isEmpty()) {
                    LOG.warn("the helper {} said: {}", pid(), words);
                  }
                  closeErrors();
                  action.run();
                });
  }

  private void closeErrors() {
    try {
      process.getErrorStream().close();
    } catch (IOException e) {
      LOG.debug("closing the helper's stderr", e);
    }
  }

  /** Gives it no time to clean up. */
  void kill() {
    end(() -> {});
    process.destroyForcibly();
  }
}
