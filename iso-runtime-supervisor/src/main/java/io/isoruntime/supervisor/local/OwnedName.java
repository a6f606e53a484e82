package io.isoruntime.supervisor.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that tell their owner, {@code iso-<pid>-<start time>-<more>}, so that what a killed process
 * left can be told from what a live one uses. The start time guards against a recycled process id.
 */
public final class OwnedName {
  private static final Pattern NAME = Pattern.compile("iso-([0-9]+)-([0-9]+)-[0-9a-z]+");

  private OwnedName() {}

  /** What a name of this process begins with. */
  public static String prefix() throws IOException {
    long pid = ProcessHandle.current().pid();
    return "iso-" + pid + "-" + startTime(pid) + "-";
  }

  /** The directories beneath this one whose owner is dead. */
  public static List<Path> orphans(Path parent) {
    List<Path> orphans = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, "iso-*")) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        if (name.matches() && !isAlive(Long.parseLong(name.group(1)), name.group(2))) {
          orphans.add(entry);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return orphans;
  }

  /**
   * Whether the process lives that made this prefix or name.
   *
   * @param name what {@link #prefix} gave, alone or with more behind it
   */
  public static boolean isOwnerAlive(String name) {
    Matcher matcher = NAME.matcher(name.endsWith("-") ? name + "0" : name);
    return matcher.matches() && isAlive(Long.parseLong(matcher.group(1)), matcher.group(2));
  }

  /** Dead is who is proven dead: where processes of others are hidden, nobody is. */
  private static boolean isAlive(long pid, String startTime) {
    try {
      return startTime(pid).equals(startTime);
    } catch (NoSuchFileException e) {
      return areOthersHidden();
    } catch (IOException e) {
      return true;
    }
  }

  /** See hidepid in proc(5): a process of another user is then absent, or can't be read. */
  private static boolean areOthersHidden() {
    try {
      return areOthersHidden(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    } catch (IOException e) {
      return true;
    }
  }

  static boolean areOthersHidden(List<String> mountinfo) {
    return mountinfo.stream()
        .filter(line -> line.contains(" /proc ") && line.contains(" - proc "))
        .anyMatch(line -> line.matches(".*[ ,]hidepid=(?!0|off).*"));
  }

  /** Field 22 of proc(5)'s stat; the name before it may hold spaces and parentheses. */
  private static String startTime(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
  }
}
