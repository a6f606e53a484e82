package io.isoruntime.supervisor.ledger;

import io.isoruntime.LedgerEntry;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads entries as values. */
public final class LedgerReader {
  private LedgerReader() {}

  /**
   * The entry that these bytes are. They are believed: {@link LedgerVerifier} says whether they may
   * be.
   *
   * @throws UncheckedIOException if they are none
   */
  public static LedgerEntry entry(byte[] bytes) {
    try {
      if (Json.plain(bytes) instanceof Map<?, ?> json
          && json.get("decision") instanceof Map<?, ?> decision) {
        return new LedgerEntry(
            text(json, "execution"),
            number(json, "sequence"),
            number(json, "id"),
            text(json, "tool"),
            ToolCallStatus.valueOf(text(json, "status").toUpperCase(Locale.ROOT)),
            decision(decision),
            json.get("arguments"),
            json.get("result"),
            json.get("error"),
            Instant.parse(text(json, "startedAt")),
            Duration.of(number(json, "micros"), ChronoUnit.MICROS),
            text(json, "digest"));
      }
      throw new IOException("it is no entry of a ledger");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassCastException | IllegalArgumentException | DateTimeException e) {
      throw new UncheckedIOException(new IOException("it is no entry of a ledger", e));
    }
  }

  /**
   * The entries in this directory of calls, in order; of one that {@link LedgerVerifier} found
   * intact.
   *
   * @throws IOException if it can't be read
   */
  public static List<LedgerEntry> entries(Path calls) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    read(calls, bytes -> entries.add(entry(bytes)));
    entries.sort(Comparator.comparingLong(LedgerEntry::sequence));
    return entries;
  }

  /**
   * The numbers of those entries of which something was withheld, however that may look: a keyed
   * digest tells.
   *
   * @throws IOException as of {@link #entries}
   */
  public static Set<Long> withheld(Path calls) throws IOException {
    Set<Long> withheld = new HashSet<>();
    read(
        calls,
        bytes -> {
          if (Json.plain(bytes) instanceof Map<?, ?> json
              && Stream.of("argumentsDigest", "resultDigest")
                  .anyMatch(name -> Json.asObject(json.get(name)).containsKey("hmacSha256"))) {
            withheld.add(number(json, "sequence"));
          }
        });
    return withheld;
  }

  private interface Reading {
    void of(byte[] entry) throws IOException;
  }

  private static void read(Path calls, Reading reading) throws IOException {
    try (Stream<Path> files = Files.list(calls)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        reading.of(Files.readAllBytes(file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ToolDecision decision(Map<?, ?> json) {
    @Nullable Object code = json.get("code");
    @Nullable Object waited = json.get("waitedMicros");
    return new ToolDecision(
        Boolean.TRUE.equals(json.get("allowed")),
        Optional.ofNullable((String) code),
        text(json, "reason"),
        Optional.ofNullable((Long) waited).map(micros -> Duration.of(micros, ChronoUnit.MICROS)));
  }

  private static String text(Map<?, ?> json, String name) {
    if (json.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no " + name);
  }

  private static long number(Map<?, ?> json, String name) {
    if (json.get(name) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException("no " + name);
  }
}
