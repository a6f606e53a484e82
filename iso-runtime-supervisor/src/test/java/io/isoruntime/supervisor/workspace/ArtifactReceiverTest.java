package io.isoruntime.supervisor.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.supervisor.channel.ChannelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactReceiverTest {
  @TempDir Path out;

  private ArtifactReceiver receiver(ExecutionLimits limits) throws IOException {
    return new ArtifactReceiver(Files.createDirectories(out.resolve("files")), limits);
  }

  private static void send(ArtifactReceiver receiver, String path, String content)
      throws ChannelException {
    receiver.begin(path, content.length());
    if (!content.isEmpty()) {
      receiver.data(content.getBytes(UTF_8));
    }
  }

  private List<String> onDisk() throws IOException {
    try (Stream<Path> tree = Files.walk(out)) {
      return tree.filter(Files::isRegularFile)
          .map(path -> out.relativize(path).toString())
          .toList();
    }
  }

  @Test
  void createsFilesWithTheirDigest() throws IOException {
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      send(receiver, "a/b.txt", "abc");
      send(receiver, "empty", "");
      assertEquals(2, receiver.artifacts().size());
      assertEquals(
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
          receiver.artifacts().get(0).sha256());
      assertEquals("abc", Files.readString(out.resolve("files/a/b.txt")));
    }
  }

  @Test
  void createsNothingUnderANameThatLeadsElsewhere() throws IOException {
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      for (String name : List.of("../evil", "/etc/evil", "a/../../evil", "x\ny", "")) {
        send(receiver, name, "evil");
      }
      assertEquals(5, receiver.rejected().size());
      assertEquals(List.of(), receiver.artifacts());
    }
    assertEquals(List.of(), onDisk());
  }

  @Test
  void followsNoLinkThatIsInTheWay() throws IOException {
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      Path elsewhere = Files.createDirectory(out.resolve("elsewhere"));
      Files.createSymbolicLink(out.resolve("files/link"), elsewhere);
      send(receiver, "link/file", "x");
      assertTrue(
          Files.isDirectory(out.resolve("files/link"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
      assertFalse(Files.exists(elsewhere.resolve("file")));
    }
  }

  @Test
  void rejectsTheExcessByName() throws IOException {
    ExecutionLimits limits = ExecutionLimits.builder().artifactCount(2).artifactBytes(10).build();
    try (ArtifactReceiver receiver = receiver(limits)) {
      send(receiver, "one", "12345");
      send(receiver, "big", "1234567");
      send(receiver, "two", "12345");
      send(receiver, "three", "");
      assertEquals(2, receiver.artifacts().size());
      assertEquals("big", receiver.rejected().get(0).path());
      assertEquals("three", receiver.rejected().get(1).path());
      assertTrue(receiver.limited());
    }
  }

  @Test
  void refusesMoreBytesThanWereAnnounced() throws IOException {
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      receiver.begin("a", 2);
      assertThrows(ChannelException.class, () -> receiver.data(new byte[3]));
    }
    assertEquals(List.of(), onDisk(), "nothing half-created is left");
  }

  @Test
  void replacesADirectoryThatBecameAFileAndTheOtherWayRound() throws IOException {
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      send(receiver, "x/y", "1");
    }
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      send(receiver, "x", "2");
    }
    assertEquals("2", Files.readString(out.resolve("files/x")));
    try (ArtifactReceiver receiver = receiver(ExecutionLimits.defaults())) {
      send(receiver, "x/z", "3");
    }
    assertEquals("3", Files.readString(out.resolve("files/x/z")));
  }
}
