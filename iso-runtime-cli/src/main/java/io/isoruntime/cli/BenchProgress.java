package io.isoruntime.cli;

/** Tells a person at a terminal how far a bench is, in a line that goes away. */
final class BenchProgress {
  private static final String ERASE = "\r\033[K";

  private final StandardStreams streams;

  BenchProgress(StandardStreams streams) {
    this.streams = streams;
  }

  void at(String what) {
    if (streams.errIsTerminal()) {
      streams.say(ERASE + what);
    }
  }

  void at(String what, int number, int of) {
    at(what + " " + number + " of " + of);
  }

  void done() {
    at("");
  }
}
