package io.isoruntime.supervisor;

import io.isoruntime.supervisor.ScriptedBackend.GoodFacts;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.channel.FrameType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What init and the program do in a race. Everything is drawn before it begins. */
final class RacedProgram implements Script {
  private final Set<RaceEvent> race;
  private final Runnable killed;
  private final List<Script> steps = new ArrayList<>();
  private final boolean awaitsReply;

  /**
   * A program of this race.
   *
   * @param killed is told when init has the order to kill
   */
  RacedProgram(Set<RaceEvent> race, Random random, Runnable killed) {
    this.race = race;
    this.killed = killed;
    this.awaitsReply = race.contains(RaceEvent.TOOL_CALL) && random.nextBoolean();
    steps.add(init -> init.send(FrameType.STDOUT, "hello"));
    if (race.contains(RaceEvent.TOOL_CALL)) {
      steps.add(init -> call(init, 1, "touch"));
      steps.add(init -> call(init, 2, random(random, "hang", "later", "touch")));
      steps.add(init -> call(init, 3, "touch"));
    }
    if (race.contains(RaceEvent.VIOLATION)) {
      Script garbage = init -> init.send(FrameType.CALL, "garbage");
      Script violation = init -> init.send(FrameType.VIOLATION, "{\"message\":\"fd 4\"}");
      steps.add(random.nextInt(steps.size() + 1), random.nextBoolean() ? garbage : violation);
    }
    if (race.contains(RaceEvent.BROKEN_FRAME)) {
      steps.add(
          random.nextInt(steps.size() + 1),
          init -> init.sendRaw((byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 99));
    }
  }

  private static String random(Random random, String... names) {
    return names[random.nextInt(names.length)];
  }

  private static void call(Init init, int id, String tool) throws IOException {
    init.send(
        FrameType.CALL,
        "{\"id\":" + id + ",\"tool\":\"" + tool + "\",\"args\":{\"id\":" + id + "}}");
  }

  @Override
  public void play(Init init) throws IOException {
    init.hello();
    init.send(FrameType.ATTEST, GoodFacts.JSON);
    boolean alive = init.awaitEither(FrameType.RUN, FrameType.KILL) == FrameType.RUN;
    boolean exited = false;
    if (alive) {
      init.send(FrameType.STARTED, "");
      for (Script step : steps) {
        step.play(init);
      }
      if (awaitsReply) {
        alive = init.awaitEither(FrameType.REPLY, FrameType.KILL) == FrameType.REPLY;
      }
      if (alive && RaceEvent.completes(race)) {
        init.send(FrameType.RESULT, "7");
        init.send(FrameType.END, "{\"kind\":\"completed\"}");
        init.send(FrameType.EXITED, "{\"code\":0,\"signal\":null,\"deadline\":false}");
        exited = true;
      }
      if (alive) {
        init.await(FrameType.KILL);
      }
    }
    killed.run();
    if (race.contains(RaceEvent.TOOL_CALL)) {
      call(init, 9, "touch"); // after the outcome: never to be run
    }
    if (!exited) {
      init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
    }
    init.send(FrameType.EMPTY, "{\"killed\":0,\"millis\":0}");
    init.send(FrameType.FILE, "{\"path\":\"a.txt\",\"size\":2}");
    init.send(FrameType.FILE_DATA, "ab");
    init.done();
  }
}
