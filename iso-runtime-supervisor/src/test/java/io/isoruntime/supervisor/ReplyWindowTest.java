package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.supervisor.channel.FrameWriter;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class ReplyWindowTest {
  private static final int MIB = 1024 * 1024;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ReplyWindow window = new ReplyWindow(new FrameWriter(sent), Runnable::run);

  private int sentMib() {
    return sent.size() / MIB;
  }

  @Test
  void keepsBackWhatTheProgramDoesNotTake() {
    for (int i = 0; i < 5; i++) {
      window.send(new byte[10 * MIB]);
    }
    assertEquals(20, sentMib());
    window.taken(3 * MIB);
    assertEquals(20, sentMib());
    window.taken(17 * MIB);
    assertEquals(40, sentMib());
    window.taken(100 * MIB);
    assertEquals(50, sentMib());
  }

  @Test
  void alwaysLetsTheLargestReplyThroughAfterWhatIsToldLate() {
    window.send(new byte[4 * MIB - 10]);
    window.send(new byte[16 * MIB - 10]);
    assertEquals(19, sentMib());
  }
}
