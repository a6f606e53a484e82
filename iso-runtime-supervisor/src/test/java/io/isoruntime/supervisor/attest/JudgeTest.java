package io.isoruntime.supervisor.attest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.Control;
import io.isoruntime.IsolationReport;
import io.isoruntime.IsolationReport.State;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fact that is wrong must show in the control that it belongs to, and in no other. */
class JudgeTest {
  private static final String GOOD =
      """
      {"executor":{"uid":[1001,1001,1001,1001],"gid":[1000,1000,1000,1000],"groups":[],
         "caps":{"eff":"0","prm":"0","inh":"0","bnd":"0","amb":"0"},"noNewPrivs":1,"seccompMode":2,
         "seccompFilters":2,"probes":{"keyctl":55,"unshare":55,"kill1":52},
         "namespaces":{"user":"user:[4026532102]","mnt":"mnt:[4026532102]","pid":"pid:[4026532102]","net":"net:[4026532102]","ipc":"ipc:[4026532102]",
           "uts":"uts:[4026532102]","cgroup":"cgroup:[4026532102]"},
         "mounts":[{"id":1,"parent":0,"device":"0:1","at":"/","type":"tmpfs","options":["ro","nosuid","nodev"],"super":["rw"]},
           {"id":2,"parent":1,"device":"0:1","at":"/usr/lib","type":"ext4","options":["ro","nosuid","nodev"],"super":["rw"]},
           {"id":3,"parent":1,"device":"0:1","at":"/dev/null","type":"devtmpfs","options":["ro","nosuid"],"super":["rw"]},
           {"id":4,"parent":1,"device":"0:1","at":"/workspace","type":"tmpfs","options":["rw","nosuid","nodev"],"super":["rw","size=262144k","nr_inodes=16384"]}],
         "interfaces":["lo"],"rlimits":{"NOFILE":[1024,1024],"FSIZE":[268435456,268435456],"CORE":[1,1],
           "MEMLOCK":[65536,65536],"MSGQUEUE":[0,0],"SIGPENDING":[256,256]},"fds":[0,1,2,3,4],
         "environ":["PATH"],"cgroups":[],"uidMap":[[0,70000,1]],"kernel":"6.1","writableProc":[]},
       "init":{"pid":1,"uid":[0,0,0,0],"caps":{"eff":"e0","prm":"e0"},"noNewPrivs":1,"dumpable":0,"threads":1,"limits":{}}}
      """;

  private static HostFacts host(OptionalLong memory, OptionalLong executorHostUid) {
    Map<String, String> namespaces = new HashMap<>();
    for (String kind : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
      namespaces.put(kind, kind + ":[4026532101]");
    }
    return new HostFacts(
        Place.HERE,
        namespaces,
        0,
        executorHostUid,
        memory,
        OptionalLong.of(64),
        OptionalLong.of(1000),
        0,
        1001,
        1000,
        Set.of("/", "/usr/lib", "/dev/null", "/dev", "/workspace"),
        Set.of("/workspace"),
        Set.of("/workspace"),
        Set.of("/dev/null"),
        Set.of("PATH", "HOME"));
  }

  private static Set<String> missing(JsonNode facts, HostFacts host, Control... waived)
      throws IOException {
    return Judge.readings(
            Facts.parse(Json.bytes(facts)), host, SandboxProfile.defaults(), Set.of(waived))
        .stream()
        .filter(reading -> reading.state() == State.MISSING)
        .map(reading -> reading.control().label())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static HostFacts goodHost() {
    return host(OptionalLong.of(512L << 20), OptionalLong.of(70_001));
  }

  private static JsonNode good() throws IOException {
    return Json.parse(GOOD.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsNothingMissingInGoodFacts() throws IOException {
    assertEquals(Set.of(), missing(good(), goodHost()));
    List<IsolationReport.Reading> readings =
        Judge.readings(
            Facts.parse(Json.bytes(good())), goodHost(), SandboxProfile.defaults(), Set.of());
    assertEquals(
        Arrays.asList(Control.values()),
        readings.stream().map(IsolationReport.Reading::control).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/executor/uid | [1001,1001,0,1001] | identity",
        "/executor/gid | [1000,0,1000,1000] | identity",
        "/executor/namespaces/user | \"user:[4026532101]\" | identity",
        "/executor/groups | [4] | supplementary-groups",
        "/executor/caps/bnd | \"3fffffffff\" | capabilities",
        "/executor/caps/amb | \"1\" | capabilities",
        "/executor/caps/eff | \"zz\" | capabilities",
        "/executor/noNewPrivs | 0 | no-new-privileges",
        "/executor/seccompMode | 0 | seccomp",
        "/executor/seccompFilters | 1 | seccomp",
        "/executor/probes | {\"keyctl\":55,\"unshare\":55} | seccomp",
        "/executor/probes/kill1 | 1 | seccomp",
        "/executor/probes/unshare | 1 | seccomp",
        "/executor/namespaces/net | \"net:[4026532101]\" | namespaces",
        "/executor/namespaces/pid | \"\" | namespaces",
        "/executor/namespaces/cgroup | \"cgroup:[4026532101]\" | namespaces",
        "/executor/mounts/0/options | [\"rw\",\"nosuid\",\"nodev\"] | file-system",
        "/executor/mounts/1/at | \"/etc\" | file-system",
        "/executor/mounts/1/options | [\"ro\",\"nodev\"] | file-system",
        "/executor/mounts/1/options | [\"ro\",\"nosuid\"] | file-system",
        "/executor/mounts/1/type | \"sysfs\" | file-system",
        "/executor/mounts/3/super | [\"size=999999k\",\"nr_inodes=16384\"] | storage",
        "/executor/mounts/3/super | [\"size=262144k\"] | storage",
        "/executor/mounts/2/options | [\"rw\",\"nosuid\"] | file-system",
        "/executor/interfaces | [\"lo\",\"eth0\"] | network",
        "/executor/rlimits/NOFILE | [1024,4096] | resource-limits",
        "/executor/rlimits/CORE | [-1,-1] | resource-limits",
        "/executor/rlimits/FSIZE | [-1,-1] | resource-limits",
        "/executor/fds | [0,1,2,3,4,5] | descriptors",
        "/executor/fds | [0,1,2] | descriptors",
        "/executor/environ | [\"PATH\",\"AWS_SECRET_ACCESS_KEY\"] | environment",
        "/init/pid | 7 | init",
        "/init/caps/eff | \"1fe\" | init",
        "/init/caps/prm | \"1fe\" | init",
        "/init/dumpable | 1 | init",
        "/init/threads | 2 | init",
        "/init/noNewPrivs | 0 | init"
      })
  void findsWhatIsWrong(String pointer, String value, String control) throws IOException {
    JsonNode facts = good();
    int cut = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) facts.at(pointer.substring(0, cut));
    parent.set(pointer.substring(cut + 1), Json.parse(value.getBytes(StandardCharsets.UTF_8)));
    assertEquals(Set.of(control), missing(facts, goodHost()));
  }

  @Test
  void doesNotTakeAbsentFactsForGoodOnes() throws IOException {
    for (String part : List.of("executor", "init")) {
      List<String> names = good().get(part).properties().stream().map(Map.Entry::getKey).toList();
      for (String name : names) {
        JsonNode facts = good();
        ((ObjectNode) facts.get(part)).remove(name);
        if (name.equals("cgroups")) {
          continue; // for people, not for the judgement
        }
        assertThrows(IOException.class, () -> Facts.parse(Json.bytes(facts)), name);
      }
    }
  }

  @Test
  void refusesLimitsThatAreAbsentOrTooHighUnlessWaived() throws IOException {
    OptionalLong uid = OptionalLong.of(70_001);
    assertEquals(Set.of("memory"), missing(good(), host(OptionalLong.empty(), uid)));
    assertEquals(Set.of("memory"), missing(good(), host(OptionalLong.of(513L << 20), uid)));
    assertEquals(Set.of(), missing(good(), host(OptionalLong.empty(), uid), Control.MEMORY));
  }

  @Test
  void refusesAUidThatIsSharedWithTheHostOrUnknown() throws IOException {
    OptionalLong memory = OptionalLong.of(1 << 29);
    assertEquals(Set.of("distinct-uid"), missing(good(), host(memory, OptionalLong.empty())));
    assertEquals(Set.of("distinct-uid"), missing(good(), host(memory, OptionalLong.of(0))));
  }

  @Test
  void namesTheControlsThatCanBeWaived() {
    assertEquals(
        Set.of("memory", "pids", "cpu", "distinct-uid", "supplementary-groups"),
        Arrays.stream(Control.values())
            .filter(Control::waivable)
            .map(Control::label)
            .collect(Collectors.toSet()));
    assertTrue(Control.ofLabel("seccomp").isPresent());
  }
}
