package io.isoruntime.supervisor.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocket;

class ChannelSocketTest {
  private static final OptionalLong ANYBODY = OptionalLong.empty();
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path parent;

  /** Other tests' descriptors come and go meanwhile; what is forgotten adds up again and again. */
  @Test
  void closingItEndsTheWaitAndLeavesNothing() throws Exception {
    long more = 1;
    for (int attempt = 0; attempt < 5 && more > 0; attempt++) {
      long before = descriptors();
      for (int i = 0; i < 50; i++) {
        waitAndClose();
      }
      more = descriptors() - before;
    }
    assertTrue(more <= 0, more + " more descriptors after each 50");
  }

  @Test
  void whoCameBeforeNobodyWasExpectedIsLetIn() throws Exception {
    try (ChannelSocket door = ChannelSocket.open(parent)) {
      Process guest =
          new ProcessBuilder(
                  "/usr/bin/python3",
                  "-c",
                  "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                      + " s.sendall(b'why')",
                  door.path().toString())
              .start();
      assertEquals(0, guest.waitFor());
      door.expectNobody();
      try (AFUNIXSocket socket = door.accept(OptionalLong.of(guest.pid()), ANYBODY, LONG)) {
        assertEquals("why", new String(socket.getInputStream().readAllBytes(), US_ASCII));
      }
    }
  }

  @Test
  void nobodyIsWaitedForWhenNobodyIsExpected() throws Exception {
    try (ChannelSocket door = ChannelSocket.open(parent)) {
      door.expectNobody();
      assertThrows(SocketException.class, () -> door.accept(ANYBODY, ANYBODY, LONG));
    }
  }

  @Test
  void aSweepLeavesNothingOfADeadProcessWhereverItsProbeWas() throws Exception {
    Path outer = Files.createDirectory(parent.resolve("iso-1-1-123")); // process 1 began earlier
    Path inner = Files.createDirectory(outer.resolve("d"));
    Files.createFile(inner.resolve(ChannelSocket.NAME));
    Files.createFile(inner.resolve(ChannelSocket.NONCE));

    ChannelSocket.sweep(parent);

    assertFalse(Files.exists(outer));
  }

  @Test
  void aSweepSparesWhatLives() throws Exception {
    try (ChannelSocket door = ChannelSocket.open(parent)) {
      ChannelSocket.sweep(parent);

      assertTrue(Files.exists(door.path()));
    }
  }

  private void waitAndClose() throws Exception {
    ChannelSocket door = ChannelSocket.open(parent);
    CompletableFuture<Thread> waiting = new CompletableFuture<>();
    CompletableFuture<?> end =
        CompletableFuture.runAsync(
            () -> {
              waiting.complete(Thread.currentThread());
              assertThrows(SocketException.class, () -> door.accept(ANYBODY, ANYBODY, LONG));
            });
    waiting.join();
    door.close();
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> end.get());
    assertFalse(Files.exists(door.path()));
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
