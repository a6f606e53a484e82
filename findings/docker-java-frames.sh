#!/usr/bin/env bash
# Claim: docker-java overwrites the payload of a frame that it already delivered, if it has exactly 1024 bytes
#
# One would guess that a Frame handed to onNext belongs to the callback: it has a byte[] and no method that says it is
# lent. That holds for almost every frame. One that fills the library's buffer of 1024 bytes is the buffer itself, so
# whoever keeps frames in a list, or hands them to another thread, sees the text of a later frame instead. Output is
# cut into pieces of 1024 bytes, so small outputs never show it and large ones nearly always do. Copy the payload in
# onNext.
#
# Version: docker-java-core and docker-java-transport-zerodep 3.7.1
# Source: https://github.com/docker-java/docker-java/blob/main/docker-java-core/src/main/java/com/github/dockerjava/core/FramedInputStreamConsumer.java
#   (Arrays.copyOf for a partly filled buffer, the buffer itself for a full one)
# Seen:
#   frames of 1023 bytes: a b c
#   frames of 1024 bytes: c c c
#   frames of 1025 bytes: c a c b c c

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

jars=$(classpath com.github.docker-java:docker-java-core:3.7.1 \
  com.github.docker-java:docker-java-transport-zerodep:3.7.1)
cat >"$work/Frames.java" <<'JAVA'
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class Frames {
  public static void main(String[] arguments) throws Exception {
    var engine = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    engine.createContext("/", exchange -> {
      // The logs of "container" 1023 are three frames of that size: a's, b's and c's.
      String path = exchange.getRequestURI().getPath();
      int size = Integer.parseInt(path.replaceAll(".*/containers/|/logs", ""));
      exchange.sendResponseHeaders(200, 0);
      try (var body = exchange.getResponseBody()) {
        for (char letter = 'a'; letter <= 'c'; letter++) {
          byte[] text = new byte[size];
          Arrays.fill(text, (byte) letter);
          body.write(ByteBuffer.allocate(8 + size).putInt(1 << 24).putInt(size).put(text).array());
        }
      }
    });
    engine.start();
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
        .withDockerHost("tcp://127.0.0.1:" + engine.getAddress().getPort()).build();
    var http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build();
    try (var client = DockerClientImpl.getInstance(config, http)) {
      for (int size : new int[] {1023, 1024, 1025}) {
        List<Frame> kept = new ArrayList<>();
        client.logContainerCmd("" + size).withStdOut(true).exec(new ResultCallback.Adapter<Frame>() {
          @Override
          public void onNext(Frame frame) {
            kept.add(frame);
          }
        }).awaitCompletion();
        System.out.print("frames of " + size + " bytes:");
        kept.forEach(frame -> System.out.print(" " + (char) frame.getPayload()[0]));
        System.out.println();
      }
    }
    engine.stop(0);
  }
}
JAVA
java -cp "$jars" "$work/Frames.java" >"$work/now" 2>"$work/log"
compare
