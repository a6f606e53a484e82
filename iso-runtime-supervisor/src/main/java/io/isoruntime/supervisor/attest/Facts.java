package io.isoruntime.supervisor.attest;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the executor found of itself after it had dropped everything, and init of itself
 * (docs/protocol.md, ATTEST).
 *
 * @param executor the executor's facts
 * @param init init's facts
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Facts(
    @JsonProperty(required = true) Executor executor, @JsonProperty(required = true) Init init) {

  /** The executor's facts; ids are real, effective, saved and file-system id. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Executor(
      @JsonProperty(required = true) List<Long> uid,
      @JsonProperty(required = true) List<Long> gid,
      @JsonProperty(required = true) List<Long> groups,
      @JsonProperty(required = true) Map<String, String> caps,
      @JsonProperty(required = true) int noNewPrivs,
      @JsonProperty(required = true) int seccompMode,
      @JsonProperty(required = true) int seccompFilters,
      @JsonProperty(required = true) Map<String, Integer> probes,
      @JsonProperty(required = true) Map<String, String> namespaces,
      @JsonProperty(required = true) List<Mounted> mounts,
      @JsonProperty(required = true) List<String> interfaces,
      @JsonProperty(required = true) Map<String, List<Long>> rlimits,
      @JsonProperty(required = true) List<Integer> fds,
      @JsonProperty(required = true) List<String> environ,
      @JsonProperty(required = true) List<List<Long>> uidMap,
      @JsonProperty(required = true) String kernel,
      @JsonProperty(required = true) List<String> writableProc) {}

  /** A line of mountinfo. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Mounted(
      @JsonProperty(required = true) int id,
      @JsonProperty(required = true) int parent,
      @JsonProperty(required = true) String device,
      @JsonProperty(required = true) String at,
      @JsonProperty(required = true) String type,
      @JsonProperty(required = true) List<String> options,
      @JsonProperty(value = "super", required = true) List<String> superOptions) {}

  /** Init's facts. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Init(
      @JsonProperty(required = true) int pid,
      @JsonProperty(required = true) List<Long> uid,
      @JsonProperty(required = true) Map<String, String> caps,
      @JsonProperty(required = true) int noNewPrivs,
      @JsonProperty(required = true) int dumpable,
      @JsonProperty(required = true) int threads,
      @JsonProperty(required = true) Map<String, Long> limits) {

    /** A limit of the cgroup that init is in, read from inside; empty where there is none. */
    OptionalLong limit(String name) {
      Long value = limits.get(name);
      return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /**
     * The memory limit, if neither swap nor the buffers of internet sockets escape it.
     *
     * @param internet whether the program can have such sockets
     */
    OptionalLong memoryLimit(boolean internet) {
      OptionalLong memory = limit("memoryBytes");
      if (memory.isEmpty() || limits.containsKey("swapBytes")) {
        // Version 2 tells swap apart and counts sockets in.
        return limit("swapBytes").orElse(1) == 0 ? memory : OptionalLong.empty();
      }
      long most = memory.getAsLong();
      boolean swapHolds =
          limit("memoryAndSwapBytes").orElse(Long.MAX_VALUE) <= most
              || limit("swappiness").orElse(1) == 0;
      boolean socketsHold = !internet || limit("tcpBytes").orElse(Long.MAX_VALUE) <= most / 16;
      return swapHolds && socketsHold ? memory : OptionalLong.empty();
    }
  }

  /**
   * Reads the payload of ATTEST.
   *
   * @throws IOException if a fact is absent: what isn't told isn't attested
   */
  public static Facts parse(byte[] payload) throws IOException {
    JsonNode node = Json.parseObject(payload);
    return Json.mapper()
        .readerFor(Facts.class)
        .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .readValue(node);
  }
}
