package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchTest {
  private final List<String> ran = new ArrayList<>();

  /** Tells that it ran; after so many runs it can't any more. */
  private final class Fake implements Contender {
    private final String name;
    private int left;

    Fake(String name, int left) {
      this.name = name;
      this.left = left;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String title() {
      return name;
    }

    @Override
    public long time() throws AbsentException {
      if (left-- == 0) {
        throw new AbsentException("it is not there");
      }
      ran.add(name);
      return 1;
    }
  }

  @Test
  void contendersTakeTurns() throws Exception {
    Bench bench = new Bench(Duration.ZERO);
    List<Integer> rounds = new ArrayList<>();
    bench.compare(List.of(new Fake("a", -1), new Fake("b", -1)), 2, rounds::add);
    assertEquals(List.of("a", "b", "a", "b"), ran.subList(ran.size() - 4, ran.size()));
    assertEquals(2, bench.samples().get("a").count());
    assertEquals(2, bench.samples().get("b").count());
    assertEquals(List.of(1, 2), rounds);
  }

  @Test
  void whoCannotRunIsNamedAndHasNoSamples() throws Exception {
    Bench bench = new Bench(Duration.ZERO);
    bench.compare(List.of(new Fake("a", 6), new Fake("b", -1)), 3, round -> {});
    assertEquals(Set.of("b"), bench.samples().keySet());
    assertEquals("it is not there", bench.absent().get("a"));
    assertEquals(3, bench.samples().get("b").count());
  }

  @Test
  void throughputCountsWhatAllCallersRan() throws Exception {
    Contender sleeper = new CommandContender("sleep", "", List.of("sleep", "0.05"));
    double rate = Bench.throughput(sleeper, 2, Duration.ofMillis(400));
    assertTrue(rate > 1 && rate < 40, () -> rate + " a second");
    assertThrows(
        AbsentException.class,
        () -> Bench.throughput(new Fake("gone", 0), 1, Duration.ofSeconds(1)));
  }

  @Test
  void aCommandThatFailsTellsItsLastWords() {
    AbsentException failed =
        assertThrows(
            AbsentException.class,
            () -> CommandContender.output(List.of("sh", "-c", "echo one two >&2; exit 3")));
    assertEquals("sh ends with 3: one two", failed.getMessage());
    AbsentException missing =
        assertThrows(
            AbsentException.class, () -> CommandContender.output(List.of("no-such-command")));
    assertEquals("no-such-command is not there", missing.getMessage());
  }
}
