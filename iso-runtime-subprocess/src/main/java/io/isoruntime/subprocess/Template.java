package io.isoruntime.subprocess;

import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.local.OwnedName;
import io.isoruntime.supervisor.python.InitSources;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interpreter that stands outside of all sandboxes, holds what each begins with, and forks a
 * helper for each. Its stdin is its lifeline: it ends with this process. Thread-safe.
 */
final class Template implements Closeable {
  private static final long PATIENCE_SECONDS = 1;
  private static final int MAX_WORDS = 1_000;
  private static final String BOOT = InitSources.boot();
  private static final Logger LOG = LoggerFactory.getLogger(Template.class);

  private final Path directory;
  private final Process process;
  private final CompletableFuture<Void> listening = new CompletableFuture<>();
  private final CompletableFuture<Void> warm = new CompletableFuture<>();

  private Template(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /**
   * Starts one, with nothing of this process's environment, and does not wait until it can fork.
   *
   * @param threads where that is waited for
   */
  static Template start(Interpreter interpreter, Executor threads) throws IOException {
    Path directory =
        Files.createTempDirectory(
            ChannelSocket.PARENT,
            OwnedName.prefix(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Template template;
    try {
      template = new Template(directory, launch(interpreter, directory));
    } catch (IOException e) {
      Files.deleteIfExists(directory);
      throw e;
    }
    try {
      threads.execute(() -> template.prepare(interpreter.code()));
      return template;
    } catch (RejectedExecutionException e) {
      template.close();
      throw new IOException("there is no thread to start an interpreter with", e);
    }
  }

  private static Process launch(Interpreter interpreter, Path directory) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(interpreter.executable(), "-I", "-S", "-X", "utf8", "-c", BOOT)
            .directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  /** It says one byte when it can fork, and one when it has imported what it can share. */
  private void prepare(byte[] code) {
    try {
      DataOutputStream out = new DataOutputStream(process.getOutputStream());
      out.writeInt(code.length);
      out.write(code);
      out.flush();
      for (CompletableFuture<Void> stage : List.of(listening, warm)) {
        if (process.getInputStream().read() < 0) {
          throw new EOFException("the interpreter ended" + inParentheses(lastWords()));
        }
        stage.complete(null);
      }
    } catch (IOException e) {
      listening.completeExceptionally(e);
      warm.completeExceptionally(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Where it listens: in a directory that only this user may enter. */
  Path socket() {
    return directory.resolve(ChannelSocket.NAME);
  }

  boolean isAlive() {
    return process.isAlive() && !warm.isCompletedExceptionally();
  }

  /**
   * Has a helper forked.
   *
   * @param ahead whether to wait until there is more to share, which who waits for it would not
   * @param threads where the helper's end is waited for
   * @throws TooLateException if it takes longer
   * @throws IOException if that fails otherwise; another template may do better
   */
  Helper fork(boolean ahead, Duration timeout, Executor threads) throws IOException {
    long until = System.nanoTime() + timeout.toNanos();
    await(ahead ? warm : listening, timeout);
    AFUNIXSocket lifeline = AFUNIXSocket.newInstance();
    try {
      lifeline.connect(AFUNIXSocketAddress.of(socket()));
      AFUNIXSocketCredentials peer = lifeline.getPeerCredentials();
      if (peer == null || peer.getPid() != process.pid()) {
        throw new IOException("the socket " + socket() + " belongs to another process: " + peer);
      }
      long millis = Math.max(1, (until - System.nanoTime()) / 1_000_000);
      lifeline.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
      return Helper.at(lifeline, threads);
    } catch (SocketTimeoutException e) {
      lifeline.close();
      throw new TooLateException("the template " + pid() + " did not fork within " + timeout, e);
    } catch (IOException e) {
      lifeline.close();
      String why = e instanceof EOFException ? "it hung up" : e.getMessage();
      throw new IOException(
          "the template " + pid() + " did not fork: " + why + inParentheses(lastWords()), e);
    } catch (RuntimeException | Error e) { // no thread, or no more: the helper ends with this
      lifeline.close();
      throw e;
    }
  }

  private static void await(CompletableFuture<Void> stage, Duration timeout) throws IOException {
    try {
      stage.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the wait for it was interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new TooLateException("the template did not get ready within " + timeout, e);
    }
  }

  private static String inParentheses(String words) {
    return words.isEmpty() ? "" : " (" + words + ")";
  }

  /** What it wrote to stderr, as far as it is there. */
  private String lastWords() {
    try {
      InputStream errors = process.getErrorStream();
      byte[] words = errors.readNBytes(Math.min(errors.available(), 64 * 1024));
      String text = new String(words, StandardCharsets.UTF_8).strip().replace('\n', ' ');
      return text.substring(Math.max(0, text.length() - MAX_WORDS));
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends it. Helpers that it forked don't need it. */
  @Override
  public void close() {
    if (!listening.isDone()) {
      process.destroyForcibly(); // it may never read, and the stream waits for who writes to it
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("the template {} is gone already", process.pid());
    }
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).handle(this::ended).join();
  }

  private @Nullable Void ended(Process exited, @Nullable Throwable late) {
    if (late != null) {
      LOG.warn("the template {} did not end; killing it", process.pid());
      process.destroyForcibly();
    }
    String words = lastWords();
    if (!words.isEmpty()) {
      LOG.warn("the template {} said: {}", process.pid(), words);
    }
    try {
      process.getInputStream().close();
      process.getErrorStream().close();
      Files.deleteIfExists(socket());
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      LOG.warn("{} can't be removed", directory, e);
    }
    return null;
  }

  /** It had its time, and the caller has none left. */
  static final class TooLateException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLateException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
