package io.isoruntime.docker;

import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.local.ChannelSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the sandboxes of a back-end talk: found out once, when the first is made. Thread-safe. */
final class ChannelChoice {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelChoice.class);

  private final Site site;
  private final Reach reach;
  private Optional<Path> socketParent = Optional.empty();
  private boolean isFound;

  ChannelChoice(Site site, Reach reach) {
    this.site = site;
    this.reach = reach;
  }

  /** Removes what dead processes left in all places where a socket may go. */
  void sweep() {
    socketCandidates().forEach(ChannelSocket::sweep);
  }

  /** Where the socket of a sandbox goes, or empty for the attached channel; found out once. */
  synchronized Optional<Path> socketParent() {
    if (!isFound) {
      socketParent = findSocketParent();
      isFound = true;
    }
    return socketParent;
  }

  private Optional<Path> findSocketParent() {
    if (site.settings().channel() == DockerChannel.ATTACHED) {
      return Optional.empty();
    }
    List<String> why = new ArrayList<>();
    Optional<Path> found = Optional.empty();
    if (site.engine().isOnUnixSocket()) {
      found = reach.socketParent(socketCandidates(), why);
    } else {
      why.add("the engine at " + site.engine().host() + " is on another machine");
    }
    if (found.isEmpty() && site.settings().channel() == DockerChannel.UNIX_SOCKET) {
      throw new Problem(
              ErrorCode.CHANNEL_UNAVAILABLE,
              "No sandbox can reach a Unix socket of this process: "
                  + (why.isEmpty() ? "no directory is shared" : String.join("; ", why))
                  + ".",
              "No code was run.",
              "Share a directory with the engine's host (-v /exec-workspace), or leave the channel"
                  + " to be chosen, or choose the attached one.")
          .toException();
    }
    LOG.info(
        "channel: {}",
        found
            .map(
                parent ->
                    "a Unix socket beneath "
                        + parent
                        + ", on the engine's host "
                        + site.translator().toHost(parent))
            .orElseGet(() -> "attached, since no Unix socket can be reached (" + why + ")"));
    return found;
  }

  private List<Path> socketCandidates() {
    Set<Path> candidates = new LinkedHashSet<>();
    if (site.translator().roots().isEmpty() && !(site.translator() instanceof NothingShared)) {
      candidates.add(ChannelSocket.PARENT);
    }
    for (Path place : List.of(ChannelSocket.PARENT, site.settings().workspaceRoot())) {
      if (site.translator().roots().stream().anyMatch(place::startsWith)) {
        candidates.add(place);
      }
    }
    site.translator().roots().stream()
        .filter(root -> java.nio.file.Files.isDirectory(root))
        .filter(java.nio.file.Files::isWritable)
        .forEach(candidates::add);
    return List.copyOf(candidates);
  }
}
