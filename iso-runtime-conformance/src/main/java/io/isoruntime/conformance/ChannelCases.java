package io.isoruntime.conformance;

import io.isoruntime.Control;
import java.util.List;

/** What a program does to the tool channel, and what tools do to it. */
final class ChannelCases {
  private ChannelCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(
                "T1",
                "an init with a missing, wrong or expired token",
                "the channel is closed without an answer, and the outcome says why")
            .trial(HostileInitTrials::badTokens),
        Case.of(
                "T2",
                "an init with the token of another execution",
                "turned away, and the other execution goes on")
            .trial(HostileInitTrials::foreignToken),
        Case.of(
                "T3",
                "another user with the right token at the supervisor's socket",
                "turned away before a byte is read")
            .trial(DoorTrial::wrongPeer),
        Case.of("T4", "tool calls whose id was used before", "no call is run twice")
            .trial(CallTrials::replayed),
        Case.of(
                "T5",
                "frames of 1 GiB or of a negative length, from init and from the program",
                "the channel is closed and nothing is allocated")
            .trial(CallTrials::badLengths),
        Case.of(
                "T6",
                "tool calls that are malformed JSON",
                "an error with a code for each, and no call of the tool")
            .trial(CallTrials::malformed),
        Case.of(
                "T7",
                "arguments and results nested 100,000 deep",
                "an error, and no stack that overflows")
            .trial(CallTrials::deep),
        Case.of(
                "T8",
                "half a frame, a slow one, and replies that nobody reads",
                "these programs reach their deadline, and others are served meanwhile")
            .trial(PipeTrials::stalling),
        Case.of(
                "T9",
                "5,000 tool calls at once",
                "as many are run as allowed, the excess is told BUSY")
            .trial(ToolTrials::flood),
        Case.of(
                "T10",
                "a tool that was not lent, or a variant of one's name",
                "DENIED, and no call of the tool")
            .trial(CallTrials::foreignNames),
        Case.of(
                "T11",
                "a tool that never returns",
                "the call's deadline answers, and the thread is free again")
            .trial(ToolTrials::neverReturns),
        Case.of(
                "T12",
                "a tool that throws an exception or an error",
                "an exception to catch in Python, without anything of the host")
            .trial(ToolTrials::throwing),
        Case.of("T13", "a tool that returns 1 GiB", "an error, and the heap stays small")
            .trial(ToolTrials::hugeResults),
        Case.of(
                "T14",
                "tool calls under way when the time is up",
                "cancelled, and no effect after the outcome")
            .trial(ToolTrials::inFlight),
        Case.of(
                "T15",
                "garbage and forged frames on the tool pipe",
                "that execution ends, another one does not notice")
            .trial(PipeTrials::garbage),
        Case.of(
                "T16",
                "a lingering socket passed over the tool channel",
                "impossible: the channel is made of pipes, and no socket lingers")
            .proves(Control.DESCRIPTORS, Control.SECCOMP)
            .trial(PipeTrials::passedSocket),
        Case.of(
                "T17",
                "a program that empties its own output and leaves its replies unread",
                "init answers at once when told to kill")
            .trial(PipeTrials::drained),
        Case.of(
                "T18",
                "forked children that call tools at once",
                "told that they can't, and no frames mix")
            .trial(CallTrials::forkedChildren),
        Case.of("T19", "tool calls after the outcome", "never run").trial(PipeTrials::late));
  }
}
