package io.isoruntime.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.local.ChannelSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, by throw-away containers, what containers of this engine see of this machine: whether
 * a path that was translated leads to where it should, and whether a Unix socket can be reached.
 */
final class Reach {
  private static final Logger LOG = LoggerFactory.getLogger(Reach.class);
  private static final String PROGRAM = read("reach.py");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String image;
  private final PathTranslator translator;
  private final Trial trial;

  /** What a container saw, as reach.py prints it. */
  private record Seen(
      @JsonProperty(required = true) List<SeenFile> files,
      @JsonProperty(required = true) boolean connected) {}

  private record SeenFile(
      @JsonProperty(required = true) String text,
      @Nullable Long dev,
      @Nullable Long ino,
      @Nullable String error) {}

  /** Runs a program in a throw-away container and gives what it printed. */
  interface Trial {
    String run(List<ContainerPlan.Bind> binds, List<String> command);
  }

  Reach(String image, PathTranslator translator, Trial trial) {
    this.image = image;
    this.translator = translator;
    this.trial = trial;
  }

  private static String read(String name) {
    try (var in = Reach.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * The first of these directories in which a socket can be reached from a container.
   *
   * @param why receives the reason for each that can't
   */
  Optional<Path> socketParent(List<Path> candidates, List<String> why) {
    for (Path parent : candidates) {
      try {
        if (reaches(parent)) {
          return Optional.of(parent);
        }
        why.add(parent + ": a container sees another directory, or no socket, there");
      } catch (IsoException e) {
        if (e.problem().code() != ErrorCode.PATH_NOT_SHARED
            && e.problem().code() != ErrorCode.ENGINE_FAILED) {
          throw e; // it says nothing about this directory, and may be gone the next time
        }
        why.add(parent + ": " + e.problem().cause());
      } catch (IOException e) {
        why.add(parent + ": " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private boolean reaches(Path parent) throws IOException {
    Path hostParent = translator.toHost(parent);
    try (ChannelSocket door = ChannelSocket.open(parent)) {
      String nonce = nonce();
      Path file = door.directory().resolve(ChannelSocket.NONCE);
      Files.writeString(file, nonce);
      try {
        Path source = hostParent.resolve(parent.relativize(door.directory()));
        Seen seen =
            look(
                List.of(
                    new ContainerPlan.Bind(
                        source.toString(), ContainerPlan.SOCKET_DIRECTORY, true)),
                List.of(ContainerPlan.SOCKET_DIRECTORY + "/" + ChannelSocket.NONCE),
                ContainerPlan.SOCKET_DIRECTORY + "/" + ChannelSocket.NAME);
        LOG.debug("a container at {} sees {}", source, seen);
        return seen.files().get(0).text().equals(nonce) && seen.connected();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * The mounts as the engine's host names them, each proven: a nonce that was written here is read
   * in a container; where nothing can be written, device and inode are compared.
   *
   * @throws IsoException if one leads elsewhere
   */
  List<ContainerPlan.Bind> binds(List<Mount> mounts) {
    List<ContainerPlan.Bind> binds = new ArrayList<>();
    for (Mount mount : mounts) {
      Path host = translator.toHost(real(mount.source()));
      LOG.info("mount {}: {} here, {} on the engine's host", mount.target(), mount.source(), host);
      if (!isForOthers(mount.source())) {
        LOG.warn("{} may not be read by others, and programs are others", mount.source());
      }
      binds.add(new ContainerPlan.Bind(host.toString(), mount.target(), mount.readOnly()));
    }
    if (binds.isEmpty()) {
      return binds;
    }
    List<Optional<Path>> nonces = new ArrayList<>();
    try {
      List<String> looked = new ArrayList<>();
      for (Mount mount : mounts) {
        Optional<Path> nonce = writeNonce(mount.source());
        nonces.add(nonce);
        looked.add(
            nonce.map(file -> mount.target() + "/" + file.getFileName()).orElse(mount.target()));
      }
      Seen seen = look(binds, looked, "");
      for (int i = 0; i < mounts.size(); i++) {
        requireSame(mounts.get(i), binds.get(i), nonces.get(i), seen.files().get(i));
      }
    } catch (IsoException e) {
      if (e.problem().cause().contains("bind source path does not exist")) {
        throw new IsoException(
            notShared(
                "The engine's host does not have what is to be mounted. " + e.problem().cause()),
            e);
      }
      throw e;
    } finally {
      nonces.forEach(nonce -> nonce.ifPresent(Reach::delete));
    }
    return binds;
  }

  private static boolean isForOthers(Path source) {
    try {
      return Files.getPosixFilePermissions(source).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return true; // nobody knows
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new Problem(
              ErrorCode.MOUNT_REFUSED,
              "The mount's source " + path + " can't be read: " + e.getMessage() + ".",
              "No code was run.",
              "Mount a directory that exists.")
          .toException();
    }
  }

  private static void requireSame(
      Mount mount, ContainerPlan.Bind bind, Optional<Path> nonce, SeenFile seen) {
    try {
      boolean same =
          nonce.isPresent()
              ? Files.readString(nonce.get()).equals(seen.text())
              : isSame(Files.getAttribute(mount.source(), "unix:dev"), seen.dev())
                  && isSame(Files.getAttribute(mount.source(), "unix:ino"), seen.ino());
      if (same) {
        return;
      }
    } catch (IOException e) {
      LOG.debug("{} can't be compared", mount.source(), e);
    }
    throw notShared(
            "The mount's source "
                + mount.source()
                + " is something else on the engine's host, where it was taken for "
                + bind.source()
                + ".")
        .toException();
  }

  private static boolean isSame(Object here, @Nullable Long there) {
    return here instanceof Number ours && there != null && ours.longValue() == there;
  }

  private static Problem notShared(String cause) {
    return new Problem(
        ErrorCode.PATH_NOT_SHARED,
        cause,
        "No code was run.",
        "Correct HOST_EXEC_WORKSPACE_PATH, HOST_BUNDLES_PATH or HOST_KB_STORAGE_PATH, or the"
            + " pathTranslator that was given; without them it is detected from this container's"
            + " mounts.");
  }

  private static Optional<Path> writeNonce(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      Path file = directory.resolve(".iso-" + nonce().substring(0, 16));
      return Optional.of(
          Files.writeString(file, nonce(), java.nio.file.StandardOpenOption.CREATE_NEW));
    } catch (IOException e) {
      return Optional.empty(); // read-only here
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} could not be deleted", file, e);
    }
  }

  private static String nonce() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Seen look(List<ContainerPlan.Bind> binds, List<String> files, String socket) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/env",
                "-i",
                "PATH=/usr/local/bin:/usr/bin:/bin",
                "python3",
                "-I",
                "-S",
                "-c",
                PROGRAM,
                socket));
    command.addAll(files);
    String printed = trial.run(binds, command);
    try {
      Seen seen = Json.mapper().readValue(printed, Seen.class);
      if (seen.files().size() != files.size()) {
        throw new IOException("of " + files.size() + " files");
      }
      return seen;
    } catch (IOException e) {
      throw new IsoException(EngineFailures.neverSpoke(image, printed), e);
    }
  }
}
