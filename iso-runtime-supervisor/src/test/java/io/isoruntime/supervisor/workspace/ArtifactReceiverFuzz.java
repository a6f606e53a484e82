package io.isoruntime.supervisor.workspace;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.supervisor.channel.ChannelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files as init could send them, among links that lead elsewhere: those that are told as received
 * are there with their content, nothing else is anywhere, and no limit is exceeded.
 */
public final class ArtifactReceiverFuzz {
  private static final ExecutionLimits LIMITS =
      ExecutionLimits.builder().artifactCount(3).artifactBytes(100).build();
  private static final int MAX_TEXT = 520;
  private static final Path ROOT = root();

  private ArtifactReceiverFuzz() {}

  private static Path root() {
    try {
      Path root = Files.createTempDirectory("artifacts");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
      return root;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path root) {
    try {
      WorkspaceLayout.delete(root);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bytes are commands: a kind, a length, a name of that length. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Path files = Files.createDirectories(ROOT.resolve("out/files"));
    Path elsewhere = Files.createDirectories(ROOT.resolve("elsewhere"));
    Files.createSymbolicLink(files.resolve("link"), elsewhere);
    Map<String, byte[]> sent = new HashMap<>();
    try (ArtifactReceiver receiver = new ArtifactReceiver(files, LIMITS)) {
      ByteBuffer commands = ByteBuffer.wrap(data);
      try {
        while (commands.remaining() >= 2) {
          command(receiver, commands, sent);
        }
      } catch (ChannelException refused) {
        // as documented
      }
      receiver.close();
      assertNull(receiver.failure());
      assertReceived(receiver, files, sent);
      receiver.rejected().forEach(ArtifactReceiverFuzz::assertPrintable);
    } finally {
      WorkspaceLayout.delete(ROOT.resolve("out"));
      WorkspaceLayout.delete(elsewhere);
    }
  }

  private static void command(
      ArtifactReceiver receiver, ByteBuffer commands, Map<String, byte[]> sent)
      throws ChannelException {
    int kind = commands.get() & 0xff;
    byte[] bytes = new byte[Math.min(commands.get() & 0xff, commands.remaining())];
    commands.get(bytes);
    String name = new String(bytes, (kind & 1) == 0 ? UTF_8 : UTF_16BE);
    if ((kind & 1) == 1) { // the decoder would repair what JSON's escapes can say
      char[] units = new char[bytes.length / 2];
      ByteBuffer.wrap(bytes).asCharBuffer().get(units);
      name = new String(units);
    }
    assertName(name);
    switch (kind >> 1 & 7) {
      case 0 -> receiver.reject(name, "artifact limit " + name);
      case 1 -> receiver.begin(name, Long.MAX_VALUE - kind); // of which not all will come
      case 2 -> receiver.begin(name, -1);
      case 3 -> receiver.data(bytes);
      default -> {
        byte[] content = new byte[kind >> 4];
        Arrays.fill(content, (byte) kind);
        int before = receiver.artifacts().size();
        receiver.begin(name, content.length);
        for (int at = 0; at < content.length; at += 5) {
          receiver.data(Arrays.copyOfRange(content, at, Math.min(content.length, at + 5)));
        }
        if (receiver.artifacts().size() > before) {
          sent.put(name, content);
        }
      }
    }
  }

  private static void assertName(String name) {
    if (RelativeName.fault(name).isEmpty()) {
      Path base = Path.of("/base");
      Path resolved = base.resolve(name);
      assertEquals(resolved, resolved.normalize());
      assertTrue(resolved.startsWith(base) && !resolved.equals(base));
      assertEquals(name, base.relativize(resolved).toString());
      assertEquals(name, new String(name.getBytes(UTF_8), UTF_8));
      assertTrue(name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\'));
    }
    assertPrintable(RelativeName.printable(name));
  }

  private static void assertReceived(
      ArtifactReceiver receiver, Path files, Map<String, byte[]> sent) throws IOException {
    long total = 0;
    for (Artifact artifact : receiver.artifacts()) {
      assertEquals(files.resolve(artifact.path()), artifact.file());
      assertTrue(Files.isRegularFile(artifact.file(), LinkOption.NOFOLLOW_LINKS), artifact.path());
      byte[] content = Files.readAllBytes(artifact.file());
      assertArrayEquals(sent.get(artifact.path()), content);
      assertEquals(content.length, artifact.size());
      assertEquals(
          HexFormat.of().formatHex(ArtifactReceiver.sha256().digest(content)), artifact.sha256());
      total += content.length;
    }
    assertTrue(receiver.artifacts().size() <= LIMITS.artifactCount());
    assertTrue(total <= LIMITS.artifactBytes());
    Set<Path> told = receiver.artifacts().stream().map(Artifact::file).collect(Collectors.toSet());
    try (Stream<Path> all = Files.walk(ROOT)) {
      assertEquals(
          new TreeSet<>(told),
          all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static void assertPrintable(RejectedArtifact rejected) {
    assertPrintable(rejected.path());
    assertPrintable(rejected.reason());
  }

  private static void assertPrintable(String text) {
    assertTrue(text.length() <= MAX_TEXT);
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED ->
                    throw new AssertionError(String.format("%x is not printable", c));
                default -> {}
              }
            });
  }
}
