package io.isoruntime.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/** What an engine's failure means to an operator. */
final class EngineFailures {
  private static final int MAX_WORDS = 500;

  private EngineFailures() {}

  /** The typed error for a failed call. */
  static IsoException of(Throwable failure, URI host, String doing) {
    if (failure instanceof IsoException typed) {
      return typed;
    }
    if (failure instanceof DockerException answered) {
      return new IsoException(
          new Problem(
              ErrorCode.ENGINE_FAILED,
              "The engine could not " + doing + ": " + words(answered) + ".",
              "No code was run.",
              "See the engine's log; iso doctor --runtime docker names what is missing."),
          failure);
    }
    if (isTimeout(failure) || failure instanceof InterruptedException) {
      return new IsoException(
          new Problem(
              ErrorCode.ENGINE_TIMEOUT,
              "The engine at " + host + " did not answer in time when asked to " + doing + ".",
              "What it was asked for may still happen; containers of it are removed as soon as it"
                  + " answers.",
              "See whether the engine is stopped or overloaded (systemctl status docker)."),
          failure);
    }
    if (!isOfTheConnection(failure)) {
      return new IsoException(
          new Problem(
              ErrorCode.ENGINE_FAILED,
              "It was not possible to " + doing + ": " + words(failure) + ".",
              "No code was run.",
              "Report it with the stack trace in the service's log."),
          failure);
    }
    return unreachable(failure, host);
  }

  /** What else goes wrong is a fault of ours, and no reason to look for the engine. */
  private static boolean isOfTheConnection(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof JsonProcessingException)) {
        return true;
      }
    }
    return false;
  }

  private static IsoException unreachable(Throwable failure, URI host) {
    if (host.getScheme().equals("unix")) {
      Path socket = Path.of(host.getPath());
      if (!Files.exists(socket)) {
        return new IsoException(
            new Problem(
                ErrorCode.ENGINE_UNREACHABLE,
                "There is no engine socket at " + socket + ".",
                "No sandbox can be made.",
                "Start the engine (systemctl start docker), set DOCKER_HOST to where it listens, or"
                    + " inside a container mount the socket (-v"
                    + " /var/run/docker.sock:/var/run/docker.sock)."),
            failure);
      }
      if (!Files.isWritable(socket)) {
        return new IsoException(
            new Problem(
                ErrorCode.ENGINE_ACCESS_DENIED,
                "Permission denied: this user may not use the engine's socket " + socket + ".",
                "No sandbox can be made.",
                "Add the user to the socket's group"
                    + group(socket)
                    + ": usermod -aG, or for a container --group-add."),
            failure);
      }
    }
    return new IsoException(
        new Problem(
            ErrorCode.ENGINE_UNREACHABLE,
            "No engine answers at " + host + " (" + root(failure) + ").",
            "No sandbox can be made.",
            "Start the engine (systemctl start docker), or set DOCKER_HOST (and DOCKER_CERT_PATH"
                + " with DOCKER_TLS_VERIFY=1 for TLS) to where it listens."),
        failure);
  }

  private static String group(Path socket) {
    try {
      return ", which is " + Files.getAttribute(socket, "unix:gid");
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Whether the engine may still be carrying out what it was asked for. */
  static boolean isTimeout(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof InterruptedIOException
          || cause instanceof TimeoutException
          || text.contains("timed out")
          || text.contains("timeout")
          || text.contains("resource temporarily unavailable")) {
        return true;
      }
    }
    return false;
  }

  /** The engine's own words, without the JSON around them. */
  static String words(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).strip();
    int start = text.indexOf("{\"message\":\"");
    if (start >= 0) {
      text = text.substring(start + 12).replaceAll("\"}\\s*$", "").replace("\\\"", "\"");
    }
    text = text.replaceAll("[\\s\\p{Cntrl}]+", " ");
    return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "…" : text;
  }

  /**
   * Why a container ended before its init had said a word.
   *
   * @param words what it wrote to standard error
   */
  static Problem neverSpoke(String image, String words) {
    return new Problem(
        ErrorCode.IMAGE_INCOMPATIBLE,
        "The container of the image "
            + image
            + " ended before its init had spoken"
            + (words.isEmpty() ? "." : ", and said: " + words(new IOException(words)) + "."),
        "No code was run.",
        "Leave the image's entry point to this library: build the image with build/image.sh, and"
            + " derive your own FROM that.");
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }
}
