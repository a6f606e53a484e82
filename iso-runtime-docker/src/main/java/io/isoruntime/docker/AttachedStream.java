package io.isoruntime.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import io.isoruntime.supervisor.local.LastWords;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standard streams of one container, attached before it starts. A thread of its own reads what
 * the engine sends, so that a stopped engine never holds one who waits here; whatever it sends is
 * bounded: standard output by the reader's pace, standard error by {@link #MAX_WORDS}.
 *
 * <p>The engine multiplexes both in frames of {@code u8 stream · 3 zeros · u32 length · payload}
 * (Engine API, ContainerAttach).
 */
final class AttachedStream implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AttachedStream.class);
  private static final int BUFFERED = 1 << 20;
  private static final int MAX_WORDS = 8 * 1024;
  private static final int PIECE = 64 * 1024;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final Conduit toContainer;
  private final Conduit fromContainer = new Conduit(BUFFERED);
  private final LastWords words = new LastWords(MAX_WORDS);
  private final DockerHttpClient.Response response;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile long heardNanos; // 0 until init has spoken

  private AttachedStream(Conduit toContainer, DockerHttpClient.Response response) {
    this.toContainer = toContainer;
    this.response = response;
  }

  /**
   * Attaches.
   *
   * @param client one without a response timeout: a program may be silent for hours
   */
  static AttachedStream open(DockerHttpClient client, String containerId) throws IOException {
    Conduit input = new Conduit(BUFFERED);
    DockerHttpClient.Response response =
        client.execute(
            DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/containers/" + containerId + "/attach?stream=1&stdin=1&stdout=1&stderr=1")
                .hijackedInput(new QuietInput(input.reader()))
                .build());
    if (response.getStatusCode() >= 300) {
      String words = new String(response.getBody().readNBytes(MAX_WORDS), StandardCharsets.UTF_8);
      response.close();
      throw new IOException("attach: status " + response.getStatusCode() + " " + words.strip());
    }
    AttachedStream stream = new AttachedStream(input, response);
    Thread pump = new Thread(stream::pump, "iso-attached-" + containerId.substring(0, 12));
    pump.setDaemon(true);
    pump.start();
    return stream;
  }

  /**
   * What the engine's library reads on a thread of its own. When the connection is closed under it,
   * that thread ends with an exception, which would go to the service's standard error.
   */
  private static final class QuietInput extends FilterInputStream {
    QuietInput(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      Thread.currentThread()
          .setUncaughtExceptionHandler(
              (thread, failure) -> LOG.debug("{} ended", thread.getName(), failure));
      return super.read(target, start, length);
    }
  }

  /** Standard input's conduit. */
  Conduit input() {
    return toContainer;
  }

  OutputStream toContainer() {
    return toContainer.writer();
  }

  InputStream fromContainer() {
    return fromContainer.reader();
  }

  /** Makes every reader and writer fail with this reason. */
  void fail(String reason) {
    fromContainer.fail(reason);
    toContainer.refuse(reason);
  }

  /**
   * How long nothing has come through the engine, in nanoseconds; 0 while its reader is behind, and
   * as long as init has not spoken at all: that a container starts slowly is the start's deadline.
   */
  long silenceNanos() {
    long heard = heardNanos;
    return heard != 0 && fromContainer.isEmpty() ? System.nanoTime() - heard : 0;
  }

  /** Whether the engine sends nothing more. */
  boolean hasEnded() {
    return ended.isDone();
  }

  /** Runs the action when the engine sends nothing more. */
  void onEnd(Runnable action) {
    var unused = ended.thenRun(action);
  }

  /** What came on standard error, its tail. */
  String lastWords() {
    return printable(words.text()).strip();
  }

  /** An image writes this; it goes to logs and results. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private void pump() {
    try {
      DataInputStream in = new DataInputStream(response.getBody());
      byte[] header = new byte[8];
      while (readHeader(in, header)) {
        int left =
            (header[4] & 0xff) << 24
                | (header[5] & 0xff) << 16
                | (header[6] & 0xff) << 8
                | (header[7] & 0xff);
        while (left != 0) {
          // The payload may be large, and its length is the engine's word: taken piece by piece.
          byte[] piece = new byte[(int) Math.min(PIECE, Integer.toUnsignedLong(left))];
          in.readFully(piece);
          left -= piece.length;
          deliver(header[0], piece);
        }
      }
      fromContainer.close();
    } catch (EOFException e) {
      fromContainer.fail("the engine ended the attached stream within a frame");
    } catch (IOException | RuntimeException e) {
      LOG.debug("the attached stream ended", e);
      fromContainer.fail(closed ? "it was closed" : "the engine's connection broke: " + e);
    } finally {
      ended.complete(null);
      toContainer.refuse("the container is gone");
    }
  }

  private static boolean readHeader(DataInputStream in, byte[] header) throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    header[0] = (byte) first;
    in.readFully(header, 1, header.length - 1);
    return true;
  }

  private void deliver(int stream, byte[] piece) throws IOException {
    if (stream == STDOUT) {
      fromContainer.put(piece);
      heardNanos = System.nanoTime();
    } else if (stream == STDERR) {
      words.hear(piece, piece.length);
    } else {
      throw new IOException("a frame of stream " + stream);
    }
  }

  /** Detaches; the engine closes the container's standard input (StdinOnce). Idempotent. */
  @Override
  public void close() {
    closed = true;
    toContainer.close();
    fromContainer.fail("it was closed");
    response.close();
  }
}
