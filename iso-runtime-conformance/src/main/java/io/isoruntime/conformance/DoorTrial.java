package io.isoruntime.conformance;

import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.spi.Token;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** T3: a process of this host knocks at the socket that is open for one init. */
final class DoorTrial {
  private static final String PROGRAM = "channel/t03_knock.py";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long SOMEBODY = 65_534;
  private static final OptionalLong ANY = OptionalLong.empty();

  private DoorTrial() {}

  static Finding wrongPeer(Stage stage) throws IOException, InterruptedException {
    long own = HostIdentity.current().uid();
    Attempt right = knock(stage, ANY, OptionalLong.of(own), own);
    if (right.end() == Attempt.End.ABSENT) {
      return Finding.vacuous(right.evidence());
    }
    Unmet.unless(right.end() == Attempt.End.WORKED, () -> "the right peer: " + right);
    // Only root can be somebody else; anybody can be somebody else than who is expected.
    Attempt other =
        own == 0
            ? knock(stage, ANY, OptionalLong.of(own), SOMEBODY)
            : knock(stage, ANY, OptionalLong.of(SOMEBODY), own);
    Unmet.unless(other.end() == Attempt.End.DENIED, () -> "another user: " + other);
    long pid = ProcessHandle.current().pid();
    Attempt process = knock(stage, OptionalLong.of(pid), OptionalLong.of(own), own);
    Unmet.unless(process.end() == Attempt.End.DENIED, () -> "another process: " + process);
    return Finding.held(
        "the right user was heard; another one: "
            + other.evidence()
            + "; the right one's other process: "
            + process.evidence());
  }

  /** Has a process of one user knock at a door that expects one, maybe another. */
  private static Attempt knock(Stage stage, OptionalLong pid, OptionalLong uid, long knocker)
      throws IOException, InterruptedException {
    byte[] words = Token.random().secret();
    try (ChannelSocket door = ChannelSocket.open(ChannelSocket.PARENT)) {
      CompletableFuture<Boolean> heard =
          CompletableFuture.supplyAsync(() -> listen(door, pid, uid, words, stage.allow(PATIENCE)));
      Attack attack =
          Attack.of(PROGRAM)
              .with("directory", door.directory().toString())
              .with("uid", knocker)
              .with("words", HexFormat.of().formatHex(words));
      HostPython.Shown shown = stage.show(attack);
      door.close();
      boolean letIn = heard.join();
      if (shown.whyNot().isPresent()) {
        return new Attempt("knock", Attempt.End.ABSENT, shown.whyNot().get());
      }
      Attempt attempt = Attempts.of(shown.output()).get("knock");
      if (attempt == null) {
        throw new Unmet("the program did not knock: " + shown.output());
      }
      Unmet.unless(
          letIn == (attempt.end() == Attempt.End.WORKED),
          () -> "the door says " + (letIn ? "let in" : "turned away") + "; " + attempt);
      return attempt;
    }
  }

  /** Whether somebody was let in and said these words. */
  private static boolean listen(
      ChannelSocket door, OptionalLong pid, OptionalLong uid, byte[] words, Duration patience) {
    try (Socket peer = door.accept(pid, uid, patience)) {
      boolean right = Arrays.equals(peer.getInputStream().readNBytes(words.length), words);
      peer.getOutputStream().write('!');
      return right;
    } catch (IOException e) {
      return false; // the door was closed, and nobody had come
    }
  }
}
