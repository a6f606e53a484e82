package io.isoruntime.conformance;

import java.util.List;
import java.util.Set;

/** An engine that harms nobody when it is stopped, starved and deceived. Used by one thread. */
public interface ExpendableEngine {

  /** Stops its processes where they are (SIGSTOP), so that it answers nobody. */
  void stall() throws Exception;

  /** Lets it go on. */
  void resume() throws Exception;

  /** Ends it, with all containers, and starts it again. */
  void restart() throws Exception;

  /** Has it make the next container and say nothing to who asked for it. */
  void loseNextCreation();

  /** The name of the container that it made so; empty if none. */
  String lostCreation();

  /** Lets it refuse to remove containers, or no longer. */
  void refuseRemovals(boolean refused);

  /** How many removals it has refused. */
  int refusedRemovals();

  /**
   * Applies this seccomp profile, as the engine reads them from files, to all containers from now
   * on.
   *
   * @param json the profile; empty for the engine's own
   */
  void applySeccompProfile(String json) throws Exception;

  /**
   * Makes an image from the subject's.
   *
   * @param name its name
   * @param changes instructions of a Dockerfile, such as {@code ENTRYPOINT ["/bin/false"]}
   */
  void derive(String name, List<String> changes) throws Exception;

  /**
   * What it did with the containers of an image, such as {@code exec_start} and {@code die}; by its
   * own record.
   */
  Set<String> actionsOn(String image) throws Exception;

  /**
   * Runs a container of an image without this library, for a positive control.
   *
   * @param seconds how long
   */
  void runPlainly(String image, int seconds) throws Exception;

  /** The host's processes in its containers. */
  Set<Long> processes() throws Exception;

  /** All its containers, by name, whoever made them. */
  Set<String> containers() throws Exception;
}
