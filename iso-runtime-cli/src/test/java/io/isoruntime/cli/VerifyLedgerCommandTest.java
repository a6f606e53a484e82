package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerSummary;
import io.isoruntime.Outcome;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.ledger.LedgerChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyLedgerCommandTest {
  @TempDir Path workspace;

  private static Iso.Ran iso(String... arguments) {
    return Iso.command(
        spec -> {
          throw new AssertionError("no runtime is needed");
        },
        "",
        arguments);
  }

  private String record(String records, String id) throws IOException {
    Path calls = Files.createDirectories(workspace.resolve(records).resolve("calls"));
    LedgerChain chain = new LedgerChain(id);
    for (int i = 1; i <= 3; i++) {
      LedgerChain.Link link =
          chain.next(Json.bytes(Json.object("execution", id, "id", i, "tool", "add")));
      Files.write(calls.resolve(LedgerChain.fileName(i, "add")), link.bytes());
      chain.take(link);
    }
    Files.writeString(
        workspace.resolve(records).resolve("execution.json"),
        ExecutionJson.write(
            ExecutionResult.builder(id, new Outcome.Completed(), workspace)
                .ledger(new LedgerSummary(3, 0, chain.head()))
                .build()));
    return chain.head();
  }

  @Test
  void whatNobodyTouchedIsIntact() throws Exception {
    String head = record("out", "two");
    record("runs/one", "one");

    Iso.Ran ran = iso("verify-ledger", "--head", head, workspace.toString());
    assertEquals(0, ran.status(), ran.out());
    assertTrue(ran.out().startsWith("out (two): intact, entries: 3, head: " + head), ran.out());
    assertTrue(ran.out().contains("runs/one (one): intact"), ran.out());
    assertEquals(0, iso("verify-ledger", "--execution", "one", workspace.toString()).status());
  }

  @Test
  void theFirstBadEntryIsNamed() throws Exception {
    record("out", "two");
    Files.delete(workspace.resolve("out/calls/0002-add.json"));

    Iso.Ran ran = iso("verify-ledger", "--json", workspace.toString());
    JsonNode json = new ObjectMapper().readTree(ran.out());
    assertEquals(1, ran.status());
    assertEquals(false, json.get("intact").booleanValue());
    assertEquals(2, json.at("/ledgers/0/fault/entry").intValue());
    assertEquals("missing", json.at("/ledgers/0/fault/reason").textValue());
    assertTrue(
        iso("verify-ledger", workspace.toString())
            .out()
            .contains("NOT INTACT: entry 2 is missing"));
  }

  @Test
  void aHeadThatWasKeptElsewhereMustBeTheOne() throws Exception {
    record("out", "two");
    assertEquals(1, iso("verify-ledger", "--head", "0".repeat(64), workspace.toString()).status());
    assertEquals(2, iso("verify-ledger", "--head", "0", workspace.toString()).status());
  }

  @Test
  void whatIsNotThereCanNotBeVerified() throws Exception {
    Iso.Ran nowhere = iso("verify-ledger", workspace.resolve("no").toString());
    assertEquals(4, nowhere.status());
    assertEquals(
        "iso verify-ledger: "
            + workspace.resolve("no")
            + " is no directory; give the workspace, which holds pkg, in and out\n",
        nowhere.err());
    assertEquals(4, iso("verify-ledger", workspace.toString()).status());
    record("out", "two");
    assertEquals(4, iso("verify-ledger", "--execution", "x", workspace.toString()).status());
    assertEquals(2, iso("verify-ledger").status());
  }

  @Test
  void aNameCanNotWriteToTheTerminal() throws Exception {
    record("out", "two");
    Files.writeString(workspace.resolve("out/calls/\u001b[2Jx"), "x");
    Iso.Ran ran = iso("verify-ledger", workspace.toString());
    assertEquals(1, ran.status());
    assertTrue(ran.out().chars().noneMatch(c -> c == 0x1b), ran.out());
  }
}
