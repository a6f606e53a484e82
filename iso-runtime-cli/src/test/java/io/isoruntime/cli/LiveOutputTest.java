package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.Output;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.IsolationReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
class LiveOutputTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicInteger cancelled = new AtomicInteger();

  private LiveOutput live(OutputStream out, boolean terminal) {
    StandardStreams streams =
        new StandardStreams(InputStream.nullInputStream(), out, err, terminal, terminal, false);
    return new LiveOutput(streams, cancelled::incrementAndGet);
  }

  private static Output stdout(String text) {
    return new Output(OutputStreamName.STDOUT, text);
  }

  private static Output stderr(String text) {
    return new Output(OutputStreamName.STDERR, text);
  }

  private static void tell(LiveOutput live, ExecutionEvent... events) throws InterruptedException {
    live.onNext(new ExecutionEvent.Started(IsolationReport.none("fake")));
    for (ExecutionEvent event : events) {
      live.onNext(event);
    }
    live.onComplete();
    live.awaitEnd(() -> false);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  @Test
  void passesEachStreamOnAsItIs() throws Exception {
    tell(live(out, false), stdout("é\033[1m\r\n"), stderr("e\n"), stdout("no newline"));
    assertEquals("é\033[1m\r\nno newline", text(out));
    assertEquals("e\n", text(err));
  }

  @Test
  void escapesForATerminal() throws Exception {
    tell(live(out, true), stdout("a\033[1m\tb\n"), stderr("\007\n"));
    assertEquals("a\\x1b[1m\tb\n", text(out));
    assertEquals("\\x07\n", text(err));
  }

  @Test
  void beginsTheVerdictsLineWhereItWillBeSeen() throws Exception {
    tell(live(out, true), stdout("no newline"));
    assertEquals("\n", text(err));
    err.reset();
    tell(live(out, false), stdout("no newline"));
    assertEquals("", text(err));
    tell(live(out, false), stderr("no newline"));
    assertEquals("no newline\n", text(err));
  }

  @Test
  void tellsHowMuchWasDiscarded() throws Exception {
    tell(live(out, false), stdout("a"), new ExecutionEvent.Dropped(7), stdout("b"));
    assertEquals("ab", text(out));
    assertEquals(
        "\niso: 7 events were discarded, since output came faster than it could be written;"
            + " out/*.log in the workspace has its head and tail\n",
        text(err));
  }

  @Test
  void asksForEverythingAtOnce() {
    AtomicLong asked = new AtomicLong();
    live(out, false)
        .onSubscribe(
            new Flow.Subscription() {
              @Override
              public void request(long n) {
                asked.addAndGet(n);
              }

              @Override
              public void cancel() {}
            });
    assertEquals(Long.MAX_VALUE, asked.get());
  }

  @Test
  void waitsForASlowReaderOnlyUntilTheCommandIsToEnd() throws Exception {
    LiveOutput live = live(out, false);
    live.onNext(stdout("the rest never comes"));
    live.awaitEnd(() -> true);
    assertEquals("the rest never comes", text(out));
  }

  @Test
  void cancelsOnceWhenNobodyReadsAnyMore() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    LiveOutput live = live(closed, false);
    assertNull(live.failure());
    tell(live, stdout("a"), stdout("b"), stderr("still heard\n"));
    assertEquals(1, cancelled.get());
    assertEquals("still heard\n", text(err));
    IOException failure = live.failure();
    assertNotNull(failure);
    assertEquals("Broken pipe", failure.getMessage());
  }
}
