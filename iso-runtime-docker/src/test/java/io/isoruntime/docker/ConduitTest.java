package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ConduitTest {
  private final Conduit conduit = new Conduit(4);

  @Test
  void givesBytesInOrderAndThenTheEnd() throws IOException {
    conduit.put(new byte[] {1, 2, 3});
    conduit.put(new byte[] {4});
    conduit.close();
    assertArrayEquals(new byte[] {1, 2, 3, 4}, conduit.reader().readAllBytes());
  }

  @Test
  void holdsAWriterUntilThereIsRoom() throws Exception {
    conduit.put(new byte[] {1, 2, 3, 4});
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(
            () -> {
              try {
                conduit.put(new byte[] {5});
                conduit.close();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    InputStream reader = conduit.reader();
    assertEquals(1, reader.read());
    second.join();
    assertArrayEquals(new byte[] {2, 3, 4, 5}, reader.readAllBytes());
  }

  @Test
  void tellsTheReaderWhyItBroke() throws IOException {
    conduit.put(new byte[] {1});
    conduit.fail("the engine is gone");
    conduit.fail("another reason");
    IOException broken = assertThrows(IOException.class, () -> conduit.reader().read());
    assertEquals("the engine is gone", broken.getMessage());
    assertThrows(IOException.class, () -> conduit.put(new byte[] {2}));
  }

  @Test
  void aRefusalIsTheEndForTheReaderAndAReasonForWriters() throws IOException {
    conduit.put(new byte[] {1});
    conduit.refuse("the container is gone");
    assertEquals(-1, conduit.reader().read());
    assertTrue(conduit.isEmpty());
    IOException refused = assertThrows(IOException.class, () -> conduit.put(new byte[] {2}));
    assertEquals("the container is gone", refused.getMessage());
  }

  @Test
  void failingAfterTheEndWasReadChangesNothing() throws IOException {
    conduit.close();
    assertEquals(-1, conduit.reader().read());
    conduit.fail("late");
    assertEquals(-1, conduit.reader().read());
  }
}
