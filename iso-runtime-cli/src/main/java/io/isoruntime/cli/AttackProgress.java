package io.isoruntime.cli;

import io.isoruntime.conformance.Case;

/** Tells a person at a terminal which case is being tried, in a line that goes away. */
final class AttackProgress {
  private static final String ERASE = "\r\033[K";

  private final StandardStreams streams;
  private final int total;
  private int number;

  AttackProgress(StandardStreams streams, int total) {
    this.streams = streams;
    this.total = total;
  }

  void trying(Case next) {
    number++;
    if (streams.errIsTerminal()) {
      streams.say(ERASE + "[" + number + "/" + total + "] " + next);
    }
  }

  void done() {
    if (streams.errIsTerminal()) {
      streams.say(ERASE);
    }
  }
}
