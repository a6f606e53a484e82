package io.isoruntime.supervisor.ledger;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerSummary;
import io.isoruntime.Outcome;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerifierTest {
  @TempDir Path workspace;

  private Path calls;

  @BeforeEach
  void write() throws IOException {
    execution("out", "one", 5, "add");
    calls = workspace.resolve("out/calls");
  }

  private String execution(String records, String id, int entries, String tool) throws IOException {
    Path directory = workspace.resolve(records);
    Files.createDirectories(directory.resolve("calls"));
    LedgerChain chain = new LedgerChain(id);
    for (int i = 1; i <= entries; i++) {
      LedgerChain.Link link =
          chain.next(
              Json.bytes(
                  Json.object("execution", id, "id", i, "tool", tool, "arguments", "äö" + i)));
      Files.write(directory.resolve("calls").resolve(LedgerChain.fileName(i, tool)), link.bytes());
      chain.take(link);
    }
    seal(directory, id, chain.entries(), chain.head());
    return chain.head();
  }

  private void seal(Path directory, String id, long entries, String head) throws IOException {
    Files.writeString(
        directory.resolve("execution.json"),
        ExecutionJson.write(
            ExecutionResult.builder(id, new Outcome.Completed(), workspace)
                .ledger(new LedgerSummary(entries, 0, head))
                .build()));
  }

  private LedgerReport verify(@Nullable String head) throws IOException {
    return LedgerVerifier.workspace(workspace, head).get(0);
  }

  private void assertFault(String reason, long entry) throws IOException {
    assertFault(reason, entry, null);
  }

  private void assertFault(String reason, long entry, @Nullable String head) throws IOException {
    LedgerReport report = verify(head);
    LedgerFault fault = report.fault();
    assertNotNull(fault, "it is taken as intact");
    assertEquals(reason, fault.reason(), fault::message);
    assertEquals(entry, fault.entry(), fault::message);
  }

  @Test
  void whatNobodyTouchedIsIntact() throws Exception {
    LedgerReport report = verify(null);
    assertNull(report.fault());
    assertEquals(5, report.entries());
    assertEquals("one", report.execution());
    assertTrue(verify(report.head()).isIntact());
  }

  @Test
  void everyByteOfEveryEntryCounts() throws Exception {
    for (int entry = 1; entry <= 5; entry++) {
      Path file = calls.resolve(LedgerChain.fileName(entry, "add"));
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at += entry == 3 ? 1 : 17) {
        byte[] changed = whole.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        LedgerFault fault = verify(null).fault();
        int position = at;
        assertNotNull(fault, () -> "byte " + position + " can be changed");
        assertEquals(entry, fault.entry());
      }
      Files.write(file, whole);
    }
    assertTrue(verify(null).isIntact());
  }

  @Test
  void aRemovedEntryIsNamed() throws Exception {
    Files.delete(calls.resolve("0002-add.json"));
    assertFault("missing", 2);
  }

  @Test
  void reorderedEntriesAreNamed() throws Exception {
    Files.move(calls.resolve("0003-add.json"), calls.resolve("x"));
    Files.move(calls.resolve("0004-add.json"), calls.resolve("0003-add.json"));
    Files.move(calls.resolve("x"), calls.resolve("0004-add.json"));
    assertFault("moved", 3);
  }

  @Test
  void aTruncatedLedgerIsNamed() throws Exception {
    Files.delete(calls.resolve("0005-add.json"));
    assertFault("missing", 5);
    Files.delete(calls.resolve("0004-add.json"));
    assertFault("missing", 4);
    seal(workspace.resolve("out"), "one", 3, "0".repeat(64));
    assertFault("head", 3);
  }

  @Test
  void anEntryTooManyIsNamed() throws Exception {
    seal(workspace.resolve("out"), "one", 4, "0".repeat(64));
    assertFault("extra", 5);
    execution("out", "one", 5, "add");
    Files.writeString(calls.resolve("note.txt"), "x");
    assertFault("extra", 0);
  }

  @Test
  void aReplacedHeadIsNamed() throws Exception {
    seal(workspace.resolve("out"), "one", 5, "f".repeat(64));
    assertFault("head", 5);
  }

  /** Who may write all of it can make another one; then only a head kept elsewhere tells. */
  @Test
  void aLedgerThatWasMadeAnewDoesNotHaveTheHeadThatWasKeptElsewhere() throws Exception {
    String kept = verify(null).head();
    execution("out", "one", 3, "add");
    Files.delete(calls.resolve("0004-add.json"));
    Files.delete(calls.resolve("0005-add.json"));
    assertTrue(verify(null).isIntact());
    assertFault("head", 3, kept);
  }

  @Test
  void anEntryWithAFreshDigestDoesNotFollow() throws Exception {
    LedgerChain other = new LedgerChain("one");
    other.take(other.next(Json.bytes(Json.object("execution", "one", "tool", "add"))));
    Files.write(
        calls.resolve("0002-add.json"),
        other.next(Json.bytes(Json.object("execution", "one", "tool", "add"))).bytes());
    assertFault("broken", 2);
  }

  @Test
  void entriesOfAnotherExecutionAreForeign() throws Exception {
    execution("out", "two", 5, "add");
    seal(workspace.resolve("out"), "one", 5, "0".repeat(64));
    assertFault("foreign", 1);
  }

  @Test
  void earlierExecutionsAreVerifiedAndNotTakenForOneAnother() throws Exception {
    execution("runs/two", "two", 2, "sub");
    execution("runs/three", "four", 0, "sub");
    List<LedgerReport> reports = LedgerVerifier.workspace(workspace, null);
    assertEquals(
        List.of("out", "runs/three", "runs/two"),
        reports.stream().map(LedgerReport::records).toList());
    assertTrue(reports.get(0).isIntact());
    assertTrue(reports.get(2).isIntact());
    assertEquals("foreign", reports.get(1).fault() == null ? "" : reports.get(1).fault().reason());
    assertEquals(
        List.of("two"),
        LedgerVerifier.execution(workspace, "two", null).stream()
            .map(LedgerReport::execution)
            .toList());
    assertEquals("one", LedgerVerifier.execution(workspace, "one", null).get(0).execution());
    assertEquals(List.of(), LedgerVerifier.execution(workspace, "five", null));
  }

  @Test
  void withoutItsSealALedgerIsNotWhole() throws Exception {
    Files.delete(workspace.resolve("out/execution.json"));
    assertFault("unsealed", 0);
    assertEquals("one", verify(null).execution());
    assertEquals(5, verify(null).entries());
  }

  @Test
  void whereNothingEverRanThereIsNothingToTell() throws Exception {
    Path empty = Files.createDirectories(workspace.resolve("empty"));
    assertEquals(List.of(), LedgerVerifier.workspace(empty, null));
    Files.createDirectories(empty.resolve("out/calls"));
    assertEquals(List.of(), LedgerVerifier.workspace(empty, null));
    assertFalse(LedgerVerifier.workspace(empty, "0".repeat(64)).get(0).isIntact());
  }

  @Test
  void noLinkIsFollowedAndNoPipeWaitedFor() throws Exception {
    Path outside = Files.createDirectories(workspace.resolve("outside"));
    Path entry = calls.resolve("0002-add.json");
    Files.move(entry, outside.resolve("entry"));
    Files.createSymbolicLink(entry, outside.resolve("entry"));
    assertFault("unreadable", 2);
    Files.delete(entry);
    assertEquals(0, new ProcessBuilder("mkfifo", entry.toString()).start().waitFor());
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertFault("unreadable", 2));
    Files.delete(entry);
    Files.move(outside.resolve("entry"), entry);
    Files.move(calls, outside.resolve("calls"));
    Files.createSymbolicLink(calls, outside.resolve("calls"));
    assertFault("unreadable", 0);
    assertEquals(
        "calls can't be read: it is no directory", requireNonNull(verify(null).fault()).message());
    Files.delete(calls);
    Files.move(outside.resolve("calls"), calls);
    assertTrue(verify(null).isIntact());
    Files.move(workspace.resolve("out"), outside.resolve("out"));
    Files.createSymbolicLink(workspace.resolve("out"), outside.resolve("out"));
    assertFault("unreadable", 0);
  }

  @Test
  void whatIsTooLargeIsNotRead() throws Exception {
    try (RandomAccessFile sparse =
        new RandomAccessFile(calls.resolve("0002-add.json").toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertFault("unreadable", 2);
  }

  @Test
  void whatIsNoJsonIsUnreadable() throws Exception {
    for (String bad :
        List.of("", "[]", "{", "{}", "{\"id\":\"one\"}", "{\"id\":\"a\",\"id\":\"b\"}", "\0")) {
      Files.writeString(workspace.resolve("out/execution.json"), bad);
      assertFault("unreadable", 0);
    }
    Files.write(calls.resolve("0001-add.json"), "x".getBytes(StandardCharsets.UTF_8));
    assertFault("unreadable", 1);
  }

  @Test
  void theHeadDependsOnTheExecution() {
    assertNotEquals(new LedgerChain("a").head(), new LedgerChain("b").head());
  }

  @Test
  void noFifoInPlaceOfADirectoryHoldsTheVerifierUp() throws Exception {
    for (String name : List.of("out/calls", "out", "runs/a", "runs")) {
      Path fifo = workspace.resolve(name);
      remove(fifo);
      Files.createDirectories(fifo.getParent());
      assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> {
            try {
              assertFalse(verify(null).isIntact(), name);
            } catch (NotDirectoryException e) {
              assertEquals("runs", name); // without it, it isn't known what there is to verify
            }
          });
    }
  }

  private static void remove(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Test
  void aLongNumberOfTheProgramsIsNoReasonForAlarm() throws Exception {
    Path json = workspace.resolve("out/execution.json");
    String sealed = Files.readString(json);
    Files.writeString(
        json, sealed.replace("\"result\":null", "\"result\":" + "7".repeat(Json.MAX_NUMBER)));
    assertNotEquals(sealed, Files.readString(json));
    assertNull(verify(null).fault());
  }
}
