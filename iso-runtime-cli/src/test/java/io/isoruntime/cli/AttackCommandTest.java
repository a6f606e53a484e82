package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import io.isoruntime.conformance.Corpus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("host")
class AttackCommandTest {

  private static Iso.Ran withoutAHost(String... arguments) {
    return Iso.command(
        spec -> {
          throw new Problem(ErrorCode.INTERPRETER_UNUSABLE, "No Python.", "Nothing.", "Install it.")
              .toException();
        },
        "",
        arguments);
  }

  @Test
  void aHostWithoutSandboxesIsToldWithItsRemedy() {
    Iso.Ran ran = withoutAHost("attack");

    assertEquals(4, ran.status());
    assertEquals("", ran.out());
    assertTrue(ran.err().contains("Install it."), ran.err());
  }

  @Test
  void anUnknownCaseIsAMistakeInUse() {
    Iso.Ran ran = withoutAHost("attack", "--case", "Q1");

    assertEquals(2, ran.status());
    assertTrue(ran.err().contains("there is no case 'Q1'. iso attack --list"), ran.err());
  }

  @Test
  void theListNamesTheCasesAndTouchesNothing() {
    Iso.Ran ran = withoutAHost("attack", "--list", "--case", "k,R1");

    assertEquals(0, ran.status(), ran.err());
    long kernel = Corpus.all().stream().filter(known -> known.id().startsWith("K")).count();
    assertEquals(kernel + 1, ran.out().lines().count());
    assertTrue(ran.out().contains("K8 "), ran.out());
  }

  @Test
  void casesAreTriedOnThisHost() throws Exception {
    Iso.Ran ran = Iso.command(RuntimeSpec::open, "", "attack", "--json", "--case", "K8,R1");

    JsonNode json = new ObjectMapper().readTree(ran.out());
    assertEquals(0, ran.status(), ran.out());
    assertEquals("subprocess", json.path("runtime").asText());
    assertEquals(2, json.path("cases").size());
    assertEquals(0, json.path("failed").asInt(-1));
    assertEquals("held", json.path("cases").path(0).path("verdict").asText(), ran.out());
  }

  @Test
  void aRowIsPrintedForEachCase() {
    Iso.Ran ran = Iso.command(RuntimeSpec::open, "", "attack", "--case", "K8");

    assertEquals(0, ran.status(), ran.out());
    assertTrue(ran.out().startsWith("✓ K8   held"), ran.out());
    assertTrue(ran.out().contains("1 held, 0 failed"), ran.out());
  }
}
