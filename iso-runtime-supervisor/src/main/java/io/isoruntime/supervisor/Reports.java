package io.isoruntime.supervisor;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The JSON payloads of init's frames (docs/protocol.md); a required text that is null and a
 * negative count are refused.
 */
final class Reports {
  private Reports() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Hello(
      @JsonProperty(required = true) int protocol, @JsonProperty(required = true) String token) {
    Hello {
      requireNonNull(token);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Failed(
      @JsonProperty(required = true) String code,
      @JsonProperty(required = true) String message,
      @JsonProperty(required = true) String remedy) {
    Failed {
      requireNonNull(code);
      requireNonNull(message);
      requireNonNull(remedy);
    }
  }

  /** The executor's own word: untrusted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record End(
      @JsonProperty(required = true) String kind,
      @Nullable String type,
      @Nullable String message,
      @Nullable Integer line,
      @Nullable String traceback,
      @Nullable Integer errno,
      @Nullable Integer exitCode) {
    End {
      requireNonNull(kind);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Exited(@Nullable Integer code, @Nullable Integer signal, boolean deadline) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record File(
      @JsonProperty(required = true) String path, @JsonProperty(required = true) long size) {
    File {
      requireNonNull(path);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Rejected(
      @JsonProperty(required = true) String path, @JsonProperty(required = true) String reason) {
    Rejected {
      requireNonNull(path);
      requireNonNull(reason);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Done(long cpuMillis, long peakMemoryBytes, boolean storageFull, boolean truncated) {
    Done {
      requireCounted(cpuMillis);
      requireCounted(peakMemoryBytes);
    }
  }

  /** What the kernel counted for the whole sandbox, as init reads it; absent where not counted. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Used(
      @Nullable Long cpuMicros,
      @Nullable Long peakMemoryBytes,
      @Nullable Long outOfMemoryKills,
      @Nullable Long deniedForks) {
    Used {
      requireCounted(cpuMicros);
      requireCounted(peakMemoryBytes);
      requireCounted(outOfMemoryKills);
      requireCounted(deniedForks);
    }

    Consumption consumption() {
      return new Consumption(
          Optional.ofNullable(cpuMicros).map(micros -> Duration.of(micros, ChronoUnit.MICROS)),
          peakMemoryBytes == null ? OptionalLong.empty() : OptionalLong.of(peakMemoryBytes),
          outOfMemoryKills == null ? 0 : outOfMemoryKills,
          deniedForks == null ? 0 : deniedForks);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Taken(@JsonProperty(required = true) long bytes) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Violation(@JsonProperty(required = true) String message) {
    Violation {
      requireNonNull(message);
    }
  }

  private static void requireCounted(@Nullable Long count) {
    if (count != null && count < 0) {
      throw new IllegalArgumentException("a negative count");
    }
  }

  static <T> T read(byte[] payload, Class<T> type) throws ChannelException {
    try {
      return Json.mapper().treeToValue(Json.parseObject(payload), type);
    } catch (IOException e) {
      throw new ChannelException("init sent a malformed " + type.getSimpleName(), e);
    }
  }
}
