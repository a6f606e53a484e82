package io.isoruntime.docs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.isoruntime.supervisor.spi.Protocol;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine that is in order, with the default image and no container, as long as it is not told to
 * answer otherwise. It makes nothing: what a real engine does is asked of a real one.
 */
final class FakeEngine implements Closeable {
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final Map<String, Duration> pauses = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  private record Answer(int status, String json) {}

  FakeEngine() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
    answer("GET /_ping", 200, "OK");
    answer("GET /version", 200, "{'Version':'20.10.24','ApiVersion':'1.41'}");
    answer("GET /info", 200, "{'CgroupVersion':'1','Runtimes':{'runc':{'path':'runc'}}}");
    answer(
        "GET /images/",
        200,
        "{'Config':{'Labels':{'io.isoruntime.protocol':'" + Protocol.VERSION + "'}}}");
    answer("GET /containers/json", 200, "[]");
  }

  String address() {
    return "tcp://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Sets an answer for requests that begin so, in place of earlier ones.
   *
   * @param json with single quotes for double ones
   */
  FakeEngine answer(String request, int status, String json) {
    answers.put(request, new ArrayDeque<>());
    return then(request, status, json);
  }

  /** Adds the answer for the next time; the last one stays. */
  FakeEngine then(String request, int status, String json) {
    answers.get(request).add(new Answer(status, json.replace('\'', '"')));
    return this;
  }

  /** Lets requests that begin so wait before they are answered. */
  void pause(String request, Duration pause) {
    pauses.put(request, pause);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    exchange.getRequestBody().readAllBytes();
    for (Map.Entry<String, Duration> pause : pauses.entrySet()) {
      if (request.startsWith(pause.getKey())) {
        LockSupport.parkNanos(pause.getValue().toNanos());
      }
    }
    Answer answer =
        answers.entrySet().stream()
            .filter(known -> request.startsWith(known.getKey()))
            .map(known -> next(known.getValue()))
            .findFirst()
            .orElse(new Answer(404, "{\"message\":\"there is none\"}"));
    byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Answer next(Deque<Answer> waiting) {
    synchronized (waiting) {
      return waiting.size() > 1 ? waiting.remove() : waiting.element();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
