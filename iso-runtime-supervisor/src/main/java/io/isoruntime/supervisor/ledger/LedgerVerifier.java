package io.isoruntime.supervisor.ledger;

import io.isoruntime.LedgerSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Verifies ledgers where somebody may have changed anything. What is found holds for what was read:
 * the directory must rest meanwhile.
 */
public final class LedgerVerifier {
  private static final int MAX_ENTRIES = 1_100_000; // more than an execution's calls can be
  private static final int MAX_ENTRY_BYTES = 8 * 1024 * 1024;
  private static final long MAX_EXECUTION_BYTES = 8L * 1024 * 1024 * 1024;
  private static final int MAX_RUNS = 1_000_000;
  private static final Pattern FILE = Pattern.compile("([0-9]{4,7})-.*\\.json", Pattern.DOTALL);

  private LedgerVerifier() {}

  /**
   * Verifies the ledger of the last execution in a workspace, and then the earlier ones'.
   *
   * @param head what the last one's must come to, kept elsewhere
   * @return a report for each; none if no execution was ever there
   * @throws IOException if the directory can't be read
   */
  public static List<LedgerReport> workspace(Path workspace, @Nullable String head)
      throws IOException {
    List<LedgerReport> reports = new ArrayList<>();
    try (GuardedDirectory root = GuardedDirectory.open(workspace)) {
      Set<String> runs = runs(root);
      if (root.has("out") || head != null || !runs.isEmpty()) {
        LedgerReport last = in(root, List.of("out"), head);
        boolean untouched =
            last.fault() != null && last.fault().reason().equals("unsealed") && last.entries() == 0;
        if (!untouched || head != null || !runs.isEmpty()) {
          reports.add(last);
        }
      }
      for (String run : runs) {
        reports.add(in(root, List.of("runs", run), null));
      }
    }
    return reports;
  }

  /** The same of one execution by its id, be it the last or an earlier one. */
  public static List<LedgerReport> execution(Path workspace, String id, @Nullable String head)
      throws IOException {
    try (GuardedDirectory root = GuardedDirectory.open(workspace)) {
      if (runs(root).contains(id)) {
        return List.of(in(root, List.of("runs", id), head));
      }
      LedgerReport last = in(root, List.of("out"), head);
      return last.execution().equals(id) ? List.of(last) : List.of();
    }
  }

  /** The same of the one execution whose {@code execution.json} and {@code calls} are here. */
  public static LedgerReport records(Path directory) throws IOException {
    try (GuardedDirectory records = GuardedDirectory.open(directory)) {
      return in(records, ".", null);
    }
  }

  private static Set<String> runs(GuardedDirectory root) throws IOException {
    if (!root.has("runs")) {
      return Set.of();
    }
    try (GuardedDirectory runs = root.child("runs")) {
      return new java.util.TreeSet<>(runs.names(MAX_RUNS));
    }
  }

  private static LedgerReport in(GuardedDirectory root, List<String> path, @Nullable String head) {
    String name = String.join("/", path);
    try (GuardedDirectory first = root.child(path.get(0))) {
      if (path.size() == 1) {
        return in(first, name, head);
      }
      try (GuardedDirectory second = first.child(path.get(1))) {
        return in(second, name, head);
      }
    } catch (IOException e) {
      return unreadable(name, name, e);
    }
  }

  private static LedgerReport unreadable(String execution, String name, IOException e) {
    return new LedgerReport(
        execution,
        name,
        0,
        "",
        new LedgerFault(0, null, "unreadable", name + " can't be read: " + why(e)));
  }

  /** Of most of them the message is the file's name alone. */
  private static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    } else if (e instanceof NotDirectoryException) {
      return "it is no directory";
    } else if (e instanceof AccessDeniedException) {
      return "this user may not read it";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static LedgerReport in(GuardedDirectory records, String name, @Nullable String head) {
    String directory = name.substring(name.lastIndexOf('/') + 1);
    Seal seal = null;
    LedgerFault sealing = null;
    try {
      seal = seal(records);
    } catch (NoSuchFileException e) {
      sealing =
          new LedgerFault(
              0,
              null,
              "unsealed",
              "there is no execution.json, so that entries may be missing at the end");
    } catch (IOException e) {
      sealing = new LedgerFault(0, "execution.json", "unreadable", "execution.json: " + why(e));
    }
    if (seal != null && name.contains("/") && !seal.execution().equals(directory)) {
      sealing =
          new LedgerFault(
              0, "execution.json", "foreign", "its execution.json is of " + seal.execution());
    }
    Chain chain = new Chain(seal == null ? null : seal.execution());
    LedgerFault fault = chain.follow(records);
    if (fault == null) {
      fault = sealing;
    }
    if (fault == null && seal != null) {
      fault = chain.compare(seal);
    }
    if (fault == null && head != null && !head.equals(chain.head)) {
      fault =
          new LedgerFault(
              chain.entries, null, "head", "its head is " + chain.head + ", not the one given");
    }
    return new LedgerReport(
        chain.execution == null ? directory : chain.execution,
        name,
        chain.entries,
        chain.head,
        fault);
  }

  private record Seal(String execution, long entries, String head) {}

  private static Seal seal(GuardedDirectory records) throws IOException {
    Map<String, Object> fields;
    try (InputStream in = records.stream("execution.json", MAX_EXECUTION_BYTES)) {
      fields = JsonFields.read(in, Set.of("id", "ledger", "entries", "head"));
    }
    if (fields.get("id") instanceof String id
        && fields.get("ledger") instanceof Map<?, ?> ledger
        && ledger.get("entries") instanceof Long entries
        && ledger.get("head") instanceof String head) {
      return new Seal(id, entries, head);
    }
    throw new IOException("it tells of no ledger");
  }

  /** Goes from entry to entry as far as they are in order. */
  private static final class Chain {
    private @Nullable String execution;
    private long entries;
    private String head;

    Chain(@Nullable String execution) {
      this.execution = execution;
      this.head = execution == null ? "" : LedgerSummary.empty(execution).head();
    }

    @Nullable LedgerFault follow(GuardedDirectory records) {
      try (GuardedDirectory calls = records.child("calls")) {
        SortedMap<Long, String> files = new TreeMap<>();
        String stranger = null;
        for (String name : calls.names(MAX_ENTRIES)) {
          Matcher matcher = FILE.matcher(name);
          if (!matcher.matches() || files.put(Long.parseLong(matcher.group(1)), name) != null) {
            stranger = name;
          }
        }
        while (!files.isEmpty()) {
          long next = entries + 1;
          String file = files.remove(next);
          LedgerFault fault = file == null ? missing(next) : follow(calls, next, file);
          if (fault != null) {
            return fault;
          }
        }
        return stranger == null
            ? null
            : new LedgerFault(0, stranger, "extra", "calls/" + stranger + " is of no entry");
      } catch (NoSuchFileException e) {
        return null; // as if it were empty: moving it away takes it along only if it isn't
      } catch (IOException e) {
        return new LedgerFault(0, null, "unreadable", "calls can't be read: " + why(e));
      }
    }

    private static LedgerFault missing(long entry) {
      return new LedgerFault(entry, null, "missing", "entry " + entry + " is missing");
    }

    private @Nullable LedgerFault follow(GuardedDirectory calls, long place, String file) {
      byte[] bytes;
      Map<String, Object> fields;
      try {
        bytes = calls.read(file, MAX_ENTRY_BYTES);
        fields =
            JsonFields.read(
                new ByteArrayInputStream(bytes),
                Set.of("execution", "tool", "sequence", "previous", "digest"));
      } catch (IOException e) {
        return fault(place, file, "unreadable", "it can't be read: " + why(e));
      }
      String digest = digest(bytes);
      if (digest == null || !digest.equals(fields.get("digest"))) {
        return fault(place, file, "changed", "its content does not have its digest");
      } else if (!(fields.get("sequence") instanceof Long sequence) || sequence != place) {
        return fault(place, file, "moved", "it is entry " + fields.get("sequence"));
      }
      if (execution == null && place == 1 && fields.get("execution") instanceof String id) {
        execution = id; // of an execution that was cut off nothing else tells
        head = LedgerSummary.empty(id).head();
      }
      if (!String.valueOf(execution).equals(fields.get("execution"))) {
        return fault(place, file, "foreign", "it is of execution " + fields.get("execution"));
      } else if (!head.equals(fields.get("previous"))) {
        return fault(place, file, "broken", "it does not follow on the one before");
      } else if (!(fields.get("tool") instanceof String tool)
          || !file.equals(LedgerChain.fileName(place, tool))) {
        return fault(place, file, "moved", "its file has another one's name");
      }
      entries = place;
      head = digest;
      return null;
    }

    private static LedgerFault fault(long place, String file, String reason, String what) {
      return new LedgerFault(
          place, file, reason, "entry " + place + " (calls/" + file + "): " + what);
    }

    /** The digest that an entry should have; nothing if it does not end as one does. */
    private static @Nullable String digest(byte[] bytes) {
      int content = bytes.length - LedgerChain.TAIL;
      byte[] begin = LedgerChain.DIGEST.getBytes(StandardCharsets.US_ASCII);
      if (content < 0
          || !Arrays.equals(bytes, content, content + begin.length, begin, 0, begin.length)) {
        return null;
      }
      java.security.MessageDigest sha256 = LedgerChain.sha256();
      sha256.update(bytes, 0, content);
      return HexFormat.of().formatHex(sha256.digest());
    }

    @Nullable LedgerFault compare(Seal seal) {
      if (entries < seal.entries()) {
        return missing(entries + 1);
      } else if (entries > seal.entries()) {
        return new LedgerFault(
            seal.entries() + 1,
            null,
            "extra",
            "entry "
                + (seal.entries() + 1)
                + " is one too many: execution.json tells of "
                + seal.entries());
      } else if (!head.equals(seal.head())) {
        return new LedgerFault(
            entries,
            null,
            "head",
            "the last entry's digest is " + head + ", but execution.json tells " + seal.head());
      }
      return null;
    }
  }
}
