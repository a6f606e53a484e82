package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Settings;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.docs.samples.DeployedService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every message that docs/operations.md explains is what the library says, and comes of the cause
 * that the page gives: each is provoked, on an imitated engine where that is enough.
 */
@Tag("host")
@Tag("once")
class TroubleshootingTest {
  private static final String CONTAINER = "c0ffee".repeat(10) + "beef";

  @TempDir Path root;

  /** Provokes something and gives what was said of it. */
  private interface Cause {
    String says() throws Exception;
  }

  private final Map<String, Cause> causes = new LinkedHashMap<>();

  {
    causes.put("no-socket", () -> refusal(at("unix:///nonexistent/docker.sock")));
    causes.put("no-answer", this::nobodyListens);
    causes.put("no-certificates", TroubleshootingTest::tlsWithoutCertificates);
    causes.put("access-denied", real(TroubleshootingTest::notInTheSocketsGroup));
    causes.put(
        "too-old", () -> refusal("GET /version", 200, "{'Version':'19','ApiVersion':'1.40'}"));
    causes.put("no-oci-runtime", this::noSuchRuntime);
    causes.put("no-image", () -> refusal("GET /images/", 404, "{'message':'no such image'}"));
    causes.put("no-init", () -> refusal("GET /images/", 200, "{'Config':{'Labels':{'a':'b'}}}"));
    causes.put("other-protocol", () -> refusal("GET /images/", 200, labelled("1")));
    causes.put("not-shared", TroubleshootingTest::besideWhatIsShared);
    causes.put("nothing-shared", real(TroubleshootingTest::mountWithoutSharing));
    causes.put("absent-on-host", real(() -> mounted(Path.of("/nonexistent/data"))));
    causes.put("wrong-translation", real(() -> mounted(directory("other"))));
    causes.put("bad-variable", TroubleshootingTest::relativeHostPath);
    causes.put("no-socket-channel", this::socketOfARemoteEngine);
    causes.put("discarded-limit", this::warningOfTheEngine);
    causes.put("no-limit", real(this::unwaivedUnderGvisor));
    causes.put("other-container", this::changedByAPlugIn);
    causes.put("engine-timeout", this::engineThatTakesNoConnection);
    causes.put("engine-stopped", real(this::engineThatStandsStill));
    causes.put("start-timeout", this::noTimeToStart);
    causes.put("engine-failed", () -> refusal("GET /info", 500, "{'message':'disk full'}"));
    causes.put("no-uid", this::takenNames);
    causes.put("orphan", () -> logged("GET /containers/json", 200, orphan()));
    causes.put("sweep-failed", () -> logged("GET /containers/json", 500, "{'message':'no list'}"));
    causes.put("removal-failed", this::removalThatFailsOnce);
  }

  @TestFactory
  Stream<DynamicTest> everyMessageIsWhatItsCauseMakesTheLibrarySay() throws IOException {
    return new OperationsPage()
        .messages().entrySet().stream()
            .map(
                quoted ->
                    DynamicTest.dynamicTest(
                        quoted.getKey(), () -> assertSaid(quoted.getValue(), quoted.getKey())));
  }

  private void assertSaid(Pattern message, String name) throws Exception {
    Cause cause = causes.get(name);
    assertNotNull(cause, "nothing provokes it");
    String said = cause.says();
    assertTrue(
        said.lines().anyMatch(line -> message.matcher(line).matches()),
        () -> "The page says\n" + message + "\nand the library\n" + said);
  }

  @Test
  void nothingIsProvokedOrQuotedInVain() throws IOException {
    OperationsPage page = new OperationsPage();
    assertEquals(new TreeSet<>(causes.keySet()), new TreeSet<>(page.messages().keySet()));
    long logs = Pattern.compile("(?m)^<!-- log -->$").matcher(page.text()).results().count();
    assertEquals(page.quotations(), page.messages().size() + logs, "an unchecked quotation");
  }

  // ---- what is said ----------------------------------------------------------------------------

  private static Cause real(Cause cause) {
    return () -> {
      RealEngine.require();
      return cause.says();
    };
  }

  private static String said(Problem problem) {
    return problem.code().code() + ": " + problem.cause();
  }

  private static String thrown(org.junit.jupiter.api.function.Executable call) {
    return said(assertThrows(IsoException.class, call).problem());
  }

  private DockerRuntime.Builder at(String address) {
    return DockerRuntime.builder().engine(address).workspaceRoot(root);
  }

  private static String refusal(DockerRuntime.Builder builder) {
    return thrown(() -> builder.build().close());
  }

  private String refusal(String request, int status, String json) throws IOException {
    try (FakeEngine engine = new FakeEngine().answer(request, status, json)) {
      return refusal(at(engine.address()));
    }
  }

  private static String outcome(DockerRuntime.Builder builder, ExecutionLimits limits) {
    try (Runtime runtime = builder.build()) {
      return said(runtime.execute(ExecutionRequest.python("print('ran')").limits(limits).build()));
    }
  }

  private static String outcome(DockerRuntime.Builder builder) {
    return outcome(builder, ExecutionLimits.defaults());
  }

  private static String said(ExecutionResult result) {
    if (result.outcome() instanceof Outcome.Refused refused) {
      return said(refused.problem());
    } else if (result.outcome() instanceof Outcome.InfrastructureFailed failed) {
      return said(failed.problem());
    }
    return result.toString();
  }

  /** Without what slf4j-simple puts before a message. */
  private static String messages(String log) {
    return log.replaceAll("(?m)^\\[[^]]*\\] [A-Z]+ \\S+ - ", "");
  }

  private String logged(String request, int status, String json) throws Exception {
    try (FakeEngine engine = new FakeEngine().answer(request, status, json)) {
      return messages(Log.of(() -> at(engine.address()).build().close()));
    }
  }

  private Path directory(String name) throws IOException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.createDirectories(root.resolve(name));
  }

  // ---- causes ----------------------------------------------------------------------------------

  private String nobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return refusal(at("tcp://127.0.0.1:" + port));
  }

  private static String tlsWithoutCertificates() {
    System.setProperty("DOCKER_TLS_VERIFY", "1");
    try {
      return refusal(DockerRuntime.builder().engine("tcp://127.0.0.1:2376"));
    } finally {
      System.clearProperty("DOCKER_TLS_VERIFY");
    }
  }

  /** Root may use any socket, so a container's user tries. */
  private static String notInTheSocketsGroup() throws IOException {
    return thrownIn(List.of(DeployedImage.MOUNTED, "--user=10001:10001", "--entrypoint=env"));
  }

  /** The exception that ends the service in its container. */
  private static String thrownIn(List<String> options) throws IOException {
    DeployedImage.Ran ran = DeployedImage.run(options, DeployedImage.java(DeployedService.class));
    return (ran.out() + ran.err()).replaceAll("(?s).*?(ISO-[A-Z-]+: .*?\\.) (No|It) .*", "$1");
  }

  private String noSuchRuntime() throws IOException {
    try (FakeEngine engine = new FakeEngine()) {
      return refusal(at(engine.address()).ociRuntime("runsc"));
    }
  }

  private static String labelled(String protocol) {
    return "{'Config':{'Labels':{'io.isoruntime.protocol':'" + protocol + "'}}}";
  }

  private static String besideWhatIsShared() {
    PathTranslator translator =
        PathTranslator.mapping(Map.of(Path.of("/exec-workspace"), Path.of("/srv/exec")));
    return thrown(() -> translator.toHost(Path.of("/var/data")));
  }

  private static String mountWithoutSharing() throws IOException {
    DeployedImage.Ran ran =
        DeployedImage.run(
            List.of(DeployedImage.MOUNTED, "--tmpfs=/bundles"),
            DeployedImage.java(DeployedService.class));
    return ran.out()
        .replaceFirst("(?s).*code=([A-Z_]+), cause=(.*), consequence=.*", "ISO-$1: $2")
        .replaceFirst("ISO-PATH_NOT_SHARED", "ISO-PATH-NOT-SHARED");
  }

  private String mounted(Path wrong) throws IOException {
    Path data = directory("data");
    return outcome(
        DockerRuntime.builder()
            .workspaceRoot(root)
            .channel(DockerChannel.ATTACHED)
            .pathTranslator(PathTranslator.mapping(Map.of(data, wrong)))
            .profile(SandboxProfile.builder().mounts(Mount.readOnly(data, "/mnt/data")).build()));
  }

  private static String relativeHostPath() {
    return thrown(() -> Settings.fromEnvironment(Map.of("HOST_EXEC_WORKSPACE_PATH", "exec")));
  }

  private String socketOfARemoteEngine() throws IOException {
    try (FakeEngine engine = new FakeEngine()) {
      return outcome(at(engine.address()).channel(DockerChannel.UNIX_SOCKET));
    }
  }

  private static String created(String warning) {
    return "{'Id':'" + CONTAINER + "','Warnings':[" + warning + "]}";
  }

  private static final String DISCARDED =
      "'Your kernel does not support pids limit capabilities. PIDs limit discarded.'";

  private String warningOfTheEngine() throws IOException {
    try (FakeEngine engine =
        new FakeEngine().answer("POST /containers/create", 201, created(DISCARDED))) {
      return outcome(at(engine.address()));
    }
  }

  private String unwaivedUnderGvisor() {
    return outcome(DockerRuntime.builder().workspaceRoot(root).ociRuntime("runsc"));
  }

  private String changedByAPlugIn() throws IOException {
    try (FakeEngine engine =
        new FakeEngine()
            .answer("POST /containers/create", 201, created(""))
            .answer(
                "GET /containers/" + CONTAINER + "/json",
                200,
                "{'HostConfig':{'NetworkMode':'host','Privileged':true}}")) {
      return outcome(at(engine.address()));
    }
  }

  /** Its queue is full, so the kernel answers nobody; as with a packet filter that drops. */
  private String engineThatTakesNoConnection() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 3; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(busy.getLocalSocketAddress(), 200);
        } catch (java.net.SocketTimeoutException e) {
          break; // now it is
        }
      }
      return refusal(at("tcp://127.0.0.1:" + busy.getLocalPort()));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  private String engineThatStandsStill() throws Exception {
    try (RemoteEngine engine = new RemoteEngine(directory("certificates"))) {
      System.setProperty("DOCKER_TLS_VERIFY", "1");
      System.setProperty("DOCKER_CERT_PATH", engine.certificates().toString());
      try (Runtime runtime = at(engine.address()).build()) {
        Execution execution =
            runtime.start(
                ExecutionRequest.python("import time\nprint('on', flush=True)\ntime.sleep(60)")
                    .build());
        execution.events().subscribe(new AtFirstOutput(engine::hold));
        return said(execution.result().toCompletableFuture().join());
      } finally {
        System.clearProperty("DOCKER_TLS_VERIFY");
        System.clearProperty("DOCKER_CERT_PATH");
      }
    }
  }

  /** Does something when the program is seen to run. */
  private record AtFirstOutput(Runnable action) implements Flow.Subscriber<ExecutionEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output) {
        action.run();
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  private String noTimeToStart() throws IOException {
    try (FakeEngine engine = new FakeEngine()) {
      engine.pause("POST /containers/create", Duration.ofSeconds(1));
      return outcome(
          at(engine.address()),
          ExecutionLimits.builder().startTime(Duration.ofMillis(100)).build());
    }
  }

  private String takenNames() throws IOException {
    try (FakeEngine engine =
        new FakeEngine().answer("POST /containers/create", 409, "{'message':'in use'}")) {
      return outcome(at(engine.address()).executorUids(2001, 3));
    }
  }

  private static String orphan() {
    return "[{'Id':'"
        + CONTAINER
        + "','Labels':{'io.isoruntime.instance':'1','io.isoruntime.execution':'2','io.isoruntime.deadline':'1'}}]";
  }

  private String removalThatFailsOnce() throws Exception {
    try (FakeEngine engine =
        new FakeEngine()
            .answer("POST /containers/create", 201, created(DISCARDED))
            .answer("DELETE /containers/", 500, "{'message':'busy'}")
            .then("DELETE /containers/", 404, "{'message':'gone'}")) {
      return messages(Log.of(() -> outcome(at(engine.address()))));
    }
  }
}
