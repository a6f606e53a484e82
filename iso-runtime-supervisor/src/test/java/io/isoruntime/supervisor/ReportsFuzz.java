package io.isoruntime.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.attest.Facts;
import io.isoruntime.supervisor.attest.Judge;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import io.isoruntime.supervisor.spi.Token;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The payload of each frame of init, after a byte that says of which: it is refused as malformed,
 * or everything that is made of it later can be made.
 */
public final class ReportsFuzz {
  private static final Token TOKEN = Token.random();
  private static final HostFacts HOST =
      new HostFacts(
          Place.HERE,
          Map.of("user", "user:[4026531837]", "net", "net:[4026531840]"),
          0,
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          0,
          1001,
          1000,
          Set.of("/", "/workspace"),
          Set.of("/workspace"),
          Set.of("/workspace"),
          Set.of("/dev/null"),
          Set.of("PATH"));

  private ReportsFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] payload = Arrays.copyOfRange(data, 1, data.length);
    try {
      switch (data[0]) {
        case 'H' ->
            assertFalse(TOKEN.matchesHex(Reports.read(payload, Reports.Hello.class).token()));
        case 'F' -> {
          Reports.Failed failed = Reports.read(payload, Reports.Failed.class);
          assertNotNull(failed.code() + failed.message() + failed.remedy());
        }
        case 'A' -> facts(payload);
        case 'E' -> conclude(Reports.read(payload, Reports.End.class), null);
        case 'X' -> conclude(null, Reports.read(payload, Reports.Exited.class));
        case 'U' -> use(Reports.read(payload, Reports.Used.class).consumption());
        case 'D' -> {
          Reports.Done done = Reports.read(payload, Reports.Done.class);
          assertTrue(done.cpuMillis() >= 0 && done.peakMemoryBytes() >= 0);
        }
        case 'f' -> assertNotNull(Reports.read(payload, Reports.File.class).path());
        case 'R' -> {
          Reports.Rejected rejected = Reports.read(payload, Reports.Rejected.class);
          assertNotNull(rejected.path() + rejected.reason());
        }
        case 'T' -> Reports.read(payload, Reports.Taken.class);
        case 'V' -> assertNotNull(Reports.read(payload, Reports.Violation.class).message());
        default -> {} // no frame
      }
    } catch (ChannelException refused) {
      // as documented
    }
  }

  private static void facts(byte[] payload) {
    Facts facts;
    try {
      facts = Facts.parse(payload);
    } catch (IOException refused) {
      return;
    }
    var readings = Judge.readings(facts, HOST, SandboxProfile.defaults(), Set.of());
    assertEquals(
        Arrays.asList(Control.values()),
        readings.stream().map(reading -> reading.control()).toList());
    for (var reading : readings) {
      // No host facts hold these up, whatever is told.
      if (reading.control() == Control.MEMORY || reading.control() == Control.NETWORK) {
        assertNotNull(reading.evidence());
      }
    }
  }

  private static void conclude(Reports.End end, Reports.Exited exited) {
    Conclusion conclusion =
        Conclusion.of(
            new Decision.Exited(),
            new Conclusion.Evidence(
                end,
                exited != null ? exited : new Reports.Exited(0, null, false),
                true,
                Consumption.UNKNOWN,
                false,
                false,
                false),
            ExecutionLimits.defaults());
    if (conclusion.outcome() instanceof Outcome.CodeFailed failed) {
      int most = 300_000; // of the three caps together
      assertTrue(Json.text(failed.error().toString()).getBytes(UTF_8).length < most * 6);
    }
  }

  private static void use(Consumption consumption) {
    assertFalse(consumption.cpu().orElse(Duration.ZERO).isNegative());
    assertTrue(consumption.peakMemoryBytes().orElse(0) >= 0);
    assertTrue(consumption.outOfMemoryKills() >= 0);
    assertTrue(consumption.deniedForks() >= 0);
  }
}
