package io.isoruntime.supervisor.workspace;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.supervisor.channel.ChannelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates the files that init sends, under names and within limits that are checked here: init's
 * word is not enough, since it lives beside untrusted code. For one thread.
 */
public final class ArtifactReceiver implements AutoCloseable {
  private static final int MAX_REJECTED = 1_000;

  /** PATH_MAX (limits.h) less room for what is added to a name while it is written. */
  private static final int MAX_PATH_BYTES = 4_000;

  private static final String LIMIT = "artifact limit";

  private final Path directory;
  private final ExecutionLimits limits;
  private final List<Artifact> artifacts = new ArrayList<>();
  private final List<RejectedArtifact> rejected = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> directories = new HashSet<>();
  private final MessageDigest digest = sha256();
  private long totalBytes;
  private boolean limited;
  private @Nullable IOException failure;

  private @Nullable String current;
  private long size;
  private long missing;
  private @Nullable Path part;
  private @Nullable OutputStream out;

  /** Creates files beneath this directory. */
  public ArtifactReceiver(Path directory, ExecutionLimits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /** A file begins. */
  public void begin(String path, long size) throws ChannelException {
    if (missing > 0 || size < 0) {
      throw new ChannelException("init began a file within another one, or of negative size");
    }
    current = path;
    this.size = size;
    missing = size;
    digest.reset();
    String fault = RelativeName.fault(path).orElse(null);
    if (fault == null) {
      fault = unfit(path);
    }
    if (fault == null) {
      fault = conflict(path);
    }
    boolean excess =
        artifacts.size() >= limits.artifactCount() || size > limits.artifactBytes() - totalBytes;
    if (fault == null && !excess) {
      remember(path);
    }
    if (fault != null || excess) {
      reject(path, fault != null ? fault : LIMIT);
    } else if (failure == null) {
      open();
    }
    if (size == 0) {
      finish();
    }
  }

  /** What the sandbox can name and the host can't. */
  private @Nullable String unfit(String path) {
    try {
      String whole = directory.resolve(path).toString();
      return whole.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES
          ? "the name is too long for the host's path"
          : null;
    } catch (InvalidPathException e) {
      return "this host's file names are not UTF-8: run the service with LC_ALL=C.UTF-8";
    }
  }

  /** What no directory can hold: init, which read one, has made it up. */
  private @Nullable String conflict(String path) {
    if (names.contains(path)) {
      return "the name was sent twice";
    }
    return directories.contains(path) || parents(path).anyMatch(names::contains)
        ? "a file and a directory have the same name"
        : null;
  }

  private void remember(String path) {
    names.add(path);
    parents(path).forEach(directories::add);
  }

  private static Stream<String> parents(String path) {
    return IntStream.range(0, path.length())
        .filter(i -> path.charAt(i) == '/')
        .mapToObj(i -> path.substring(0, i));
  }

  private void open() {
    part = directory.resolveSibling(".artifact.part");
    try {
      out = Files.newOutputStream(part);
    } catch (IOException e) {
      fail(e);
    }
  }

  /** The file goes on. */
  public void data(byte[] bytes) throws ChannelException {
    if (bytes.length == 0 || bytes.length > missing) {
      throw new ChannelException("init sent more of a file than it announced");
    }
    missing -= bytes.length;
    digest.update(bytes);
    if (out != null) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        fail(e);
      }
    }
    if (missing == 0) {
      finish();
    }
  }

  private void finish() {
    String path = current;
    current = null;
    if (out == null || part == null || path == null) {
      return;
    }
    try {
      out.close();
      out = null;
      Path file = directory.resolve(path);
      makeRoom(file);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      totalBytes += size;
      artifacts.add(new Artifact(path, size, HexFormat.of().formatHex(digest.digest()), file));
    } catch (IOException e) {
      fail(e);
    }
  }

  /** A name may have been a directory in an earlier execution, and its parent a file. */
  private void makeRoom(Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      WorkspaceLayout.delete(file);
    }
    Path parent = directory;
    for (Path name : directory.relativize(file.getParent())) {
      if (name.toString().isEmpty()) {
        continue;
      }
      parent = parent.resolve(name);
      if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(parent);
        try {
          Files.createDirectory(parent);
        } catch (FileAlreadyExistsException e) {
          throw new IOException("A directory of the artifacts changed meanwhile: " + parent, e);
        }
      }
    }
  }

  private void fail(IOException e) {
    if (failure == null) {
      failure = e;
    }
    close();
  }

  /** Init did not take something, or we did not. */
  public void reject(String path, String reason) {
    if (reason.startsWith(LIMIT)) {
      limited = true;
    }
    if (rejected.size() < MAX_REJECTED) {
      rejected.add(
          new RejectedArtifact(RelativeName.printable(path), RelativeName.printable(reason)));
    }
  }

  /** What was received whole. */
  public List<Artifact> artifacts() {
    return artifacts;
  }

  /** What was not taken. */
  public List<RejectedArtifact> rejected() {
    return rejected;
  }

  /** Whether something was rejected for the limit of count or bytes. */
  public boolean limited() {
    return limited;
  }

  /** The first failure of the disk, if there was one. */
  public @Nullable IOException failure() {
    return failure;
  }

  /** Drops a file that did not come whole. */
  @Override
  public void close() {
    try {
      if (out != null) {
        out.close();
      }
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
    } finally {
      out = null;
      part = null;
    }
  }
}
