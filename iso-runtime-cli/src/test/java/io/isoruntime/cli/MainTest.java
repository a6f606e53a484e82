package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process of its own: pipes, signals, locale. */
@Timeout(300)
@Tag("host")
class MainTest {
  private static final String HANGS = "import time\nprint('ready', flush=True)\ntime.sleep(600)\n";

  @TempDir Path directory;

  /** What a background job ignores, its children ignore too, and a JVM leaves it at that. */
  private static final String WITH_SIGNALS =
      "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
          + " signal.signal(signal.SIGHUP, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])";

  /** The JVM that runs the command; what is around it is replaced by it. */
  private Process start(String redirection, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "exec \"$@\" " + redirection,
                "sh",
                "python3",
                "-c",
                WITH_SIGNALS));
    command.addAll(Iso.jvm());
    command.addAll(List.of(Iso.runArguments(options)));
    // Ends what a signal should have ended, so that a failure takes no ten minutes.
    command.add(command.size() - 1, "--timeout=30s");
    command.add(command.size() - 1, "--workspace");
    command.add(command.size() - 1, directory.resolve("workspace").toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  private static void write(Process process, String program) throws IOException {
    process.getOutputStream().write(program.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
  }

  private static String read(java.io.InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void signal(Process process, String name) throws Exception {
    assertEquals(
        // The shell's own kill: the command belongs to a package that a small system lacks.
        0,
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor(),
        name);
  }

  private void awaitRunning(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    assertEquals("ready", reader.readLine(), () -> errors(process));
  }

  private static String errors(Process process) {
    try {
      return read(process.getErrorStream());
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void readsAPipeAndWritesUtf8WhateverTheLocale() throws Exception {
    Process process = start("");
    write(process, "print('héllo 😀')");
    assertEquals("héllo 😀\n", read(process.getInputStream()));
    String errors = errors(process);
    assertTrue(errors.startsWith("✓ completed in "), errors);
    assertEquals(0, process.waitFor());
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalCancelsTheRunAndEndsItWithItsVerdict(String name) throws Exception {
    Process process = start("");
    write(process, HANGS);
    awaitRunning(process);
    long sent = System.nanoTime();
    signal(process, name);
    String errors = errors(process);
    assertTrue(errors.startsWith("✗ cancelled after "), errors);
    assertEquals(3, process.waitFor());
    assertTrue(System.nanoTime() - sent < TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void aSignalEndsARunWhoseOutputNobodyTakes() throws Exception {
    Process process = start("");
    write(process, "while True: print('ready')");
    awaitRunning(process);
    long sent = System.nanoTime();
    signal(process, "INT");
    String errors = errors(process);
    assertTrue(errors.contains("✗ cancelled after "), errors);
    assertEquals(3, process.waitFor());
    assertTrue(System.nanoTime() - sent < TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void aSignalLeavesOneJsonObject() throws Exception {
    Process process = start("", "--json");
    write(process, HANGS);
    Path calls = directory.resolve("workspace/pkg/main.py");
    while (!Files.exists(calls)) {
      assertTrue(process.isAlive(), () -> errors(process));
      Thread.onSpinWait();
    }
    signal(process, "INT");
    JsonNode json = Json.parse(process.getInputStream().readAllBytes());
    assertEquals("cancelled", json.get("status").textValue());
    assertEquals(3, process.waitFor());
  }

  @Test
  void aReaderThatGoesAwayEndsAProgramThatNobodyReads() throws Exception {
    Process process = start("| head -n 1");
    write(process, "while True: print('ready', flush=True)");
    // The shell stays for the pipe here, so this is head's output and the shell's status.
    assertEquals("ready\n", read(process.getInputStream()));
    String errors = errors(process);
    assertTrue(errors.startsWith("✗ cancelled after "), errors);
    assertTrue(errors.contains("the program's output can't be written to stdout: Broken"), errors);
    process.waitFor();
  }

  @Test
  void aFullDiskIsToldAndSaysWhereTheResultIs() throws Exception {
    Process process = start("> /dev/full", "--json");
    write(process, "pass");
    assertEquals(
        "iso: the result can't be written to stdout (No space left on device); it is in "
            + directory.resolve("workspace/out/execution.json")
            + ".\n",
        errors(process));
    assertEquals(4, process.waitFor());
  }
}
