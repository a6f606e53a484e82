package io.isoruntime.supervisor.attest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.Control;
import io.isoruntime.IsolationReport.State;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import io.isoruntime.supervisor.spi.Place.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is tolerated of a container, and that it is not tolerated anywhere else, nor any more. */
class JudgePlaceTest {
  private static final String CONTAINER =
      """
      {"executor":{"uid":[1001,1001,1001,1001],"gid":[1000,1000,1000,1000],"groups":[],
         "caps":{"eff":"0","prm":"0","inh":"0","bnd":"e0","amb":"0"},"noNewPrivs":1,"seccompMode":2,
         "seccompFilters":3,"probes":{"keyctl":55,"unshare":55,"kill1":52,"inet":55},
         "namespaces":{"user":"user:[4026531837]","mnt":"mnt:[4026532102]","pid":"pid:[4026532103]",
           "net":"net:[4026532104]","ipc":"ipc:[4026532105]","uts":"uts:[4026532106]",
           "cgroup":"cgroup:[4026532107]"},
         "mounts":[
           {"id":1,"parent":0,"device":"0:1","at":"/","type":"overlay","options":["ro"],"super":["rw"]},
           {"id":2,"parent":1,"device":"0:2","at":"/sys","type":"sysfs","options":["ro","nosuid","nodev"],"super":["ro"]},
           {"id":3,"parent":2,"device":"0:3","at":"/sys/fs/cgroup","type":"tmpfs","options":["rw","nosuid","nodev"],"super":["rw"]},
           {"id":4,"parent":3,"device":"0:3","at":"/sys/fs/cgroup","type":"tmpfs","options":["ro","nosuid","nodev"],"super":["rw"]},
           {"id":5,"parent":1,"device":"0:4","at":"/dev","type":"tmpfs","options":["ro","nosuid"],"super":["rw"]},
           {"id":6,"parent":5,"device":"0:5","at":"/dev/shm","type":"tmpfs","options":["rw","nosuid","nodev"],"super":["rw","size=32768k","nr_inodes=2048"]},
           {"id":7,"parent":1,"device":"0:6","at":"/workspace","type":"tmpfs","options":["rw","nosuid","nodev"],"super":["rw","size=229376k","nr_inodes=14336"]}],
         "interfaces":["lo"],"rlimits":{"NOFILE":[1024,1024],"FSIZE":[268435456,268435456],"CORE":[1,1],
           "MEMLOCK":[65536,65536],"MSGQUEUE":[0,0],"SIGPENDING":[256,256]},"fds":[0,1,2,3,4],
         "environ":["PATH"],"cgroups":[],"uidMap":[[0,0,4294967295]],"kernel":"6.1","writableProc":[]},
       "init":{"pid":1,"uid":[0,0,0,0],"caps":{"eff":"e0","prm":"e0"},"noNewPrivs":1,"dumpable":0,"threads":1,
         "limits":{"memoryBytes":536870912,"memoryAndSwapBytes":536870912,"processes":64,"milliCpus":1000}}}
      """;

  private static HostFacts host(Kernel kernel, long bounding, Set<String> engineMounts) {
    return new HostFacts(
        new Place(kernel, Optional.of("6.1"), bounding, engineMounts),
        Map.of(
            "mnt", "mnt:[4026531841]",
            "pid", "pid:[4026531836]",
            "net", "net:[4026531840]",
            "ipc", "ipc:[4026531839]",
            "uts", "uts:[4026531838]",
            "cgroup", "cgroup:[4026531835]"),
        0,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        0,
        1001,
        1000,
        Set.of("/", "/sys", "/dev", "/dev/shm", "/workspace"),
        Set.of("/workspace", "/dev/shm"),
        Set.of("/workspace", "/dev/shm"),
        Set.of("/dev"),
        Set.of("PATH"));
  }

  private static HostFacts engines() {
    return host(Kernel.OURS, 0xe0, Set.of("/", "/sys"));
  }

  private static Set<String> missing(JsonNode facts, HostFacts host) throws IOException {
    return Judge.readings(
            Facts.parse(Json.bytes(facts)), host, SandboxProfile.defaults(), Set.<Control>of())
        .stream()
        .filter(reading -> reading.state() == State.MISSING)
        .map(reading -> reading.control().label())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonNode container() throws IOException {
    return Json.parse(CONTAINER.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode changed(String pointer, String value) throws IOException {
    JsonNode facts = container();
    int cut = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) facts.at(pointer.substring(0, cut));
    parent.set(pointer.substring(cut + 1), Json.parse(value.getBytes(StandardCharsets.UTF_8)));
    return facts;
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernel.class,
      names = {"OURS", "REMOTE"})
  void findsNothingMissingInAnEnginesContainer(Kernel kernel) throws IOException {
    assertEquals(Set.of(), missing(container(), host(kernel, 0xe0, Set.of("/", "/sys"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/executor/caps/bnd | \"1e0\" | capabilities",
        "/executor/noNewPrivs | 0 | capabilities,no-new-privileges",
        "/executor/namespaces/net | \"net:[4026531840]\" | namespaces",
        "/executor/namespaces/uts | \"uts:[4026531838]\" | namespaces",
        "/executor/mounts/0/options | [\"rw\"] | file-system",
        "/executor/mounts/3/options | [\"rw\",\"nosuid\",\"nodev\"] | file-system",
        "/executor/mounts/3/parent | 1 | file-system",
        "/executor/mounts/4/options | [\"rw\",\"nosuid\"] | file-system",
        "/executor/mounts/5/options | [\"rw\",\"nodev\"] | file-system",
        "/executor/mounts/6/options | [\"rw\",\"nosuid\"] | file-system",
        "/executor/mounts/6/super | [\"size=262144k\",\"nr_inodes=14336\"] | storage",
        "/executor/mounts/6/super | [\"size=229376k\",\"nr_inodes=16384\"] | storage",
        "/executor/mounts/6/super | [\"size=229376k\"] | storage",
        "/executor/probes | {\"keyctl\":55,\"unshare\":55,\"kill1\":52} | memory",
        "/executor/writableProc | [\"/proc/pressure/cpu\"] | file-system",
        "/executor/probes/inet | 0 | memory,seccomp",
        "/init/limits | {} | cpu,memory,pids",
        "/init/limits/memoryBytes | 1073741824 | memory",
        "/init/limits/memoryAndSwapBytes | 1073741824 | memory",
        "/init/limits/processes | 65 | pids",
        "/init/limits/milliCpus | 2000 | cpu",
        "/executor/uidMap | [[0,100000,1000]] | distinct-uid",
        "/executor/uidMap | [[1001,0,1]] | distinct-uid"
      })
  void toleratesNoMoreThanThat(String pointer, String value, String controls) throws IOException {
    assertEquals(Set.of(controls.split(",")), missing(changed(pointer, value), engines()));
  }

  /** The limits of version 2, where swap and sockets are told, or counted, otherwise. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"memoryBytes\":536870912,\"swapBytes\":0,\"processes\":64,\"milliCpus\":1000} |",
        "{\"memoryBytes\":536870912,\"swapBytes\":4096,\"processes\":64,\"milliCpus\":1000} | memory",
        "{\"memoryBytes\":536870912,\"swappiness\":0,\"processes\":64,\"milliCpus\":1000} |",
        "{\"memoryBytes\":536870912,\"swappiness\":60,\"processes\":64,\"milliCpus\":1000} | memory"
      })
  void knowsWhatSwapMakesOfALimit(String limits, String control) throws IOException {
    assertEquals(
        control == null ? Set.of() : Set.of(control),
        missing(changed("/init/limits", limits), engines()));
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, 0, '/,/sys', capabilities",
    "OURS, 224, '/sys', file-system",
    "OURS, 224, '/', file-system"
  })
  void toleratesNothingThatTheBackEndDoesNotExpect(
      Kernel kernel, long bounding, String mounts, String control) throws IOException {
    assertEquals(
        Set.of(control), missing(container(), host(kernel, bounding, Set.of(mounts.split(",")))));
  }

  /** A kernel of its own is believed only where it shows another release than the host's. */
  @ParameterizedTest
  @CsvSource({"4.4.0, ''", "6.1, namespaces"})
  void aKernelOfItsOwnMustShowItself(String release, String control) throws IOException {
    JsonNode facts = changed("/executor/kernel", '"' + release + '"');
    ((ObjectNode) facts.at("/executor"))
        .set("namespaces", Json.parse("{\"pid\":\"pid:[3]\"}".getBytes(StandardCharsets.UTF_8)));
    ((ObjectNode) facts.at("/executor")).put("seccompFilters", -1);
    assertEquals(
        control.isEmpty() ? Set.of() : Set.of(control),
        missing(facts, host(Kernel.OWN, 0xe0, Set.of("/", "/sys"))));
  }
}
