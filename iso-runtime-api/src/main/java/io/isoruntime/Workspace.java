package io.isoruntime;

import java.nio.file.Path;
import java.util.List;

/**
 * A directory of the host for one conversation or job: {@code pkg/} (the program), {@code in/}
 * (inputs), {@code out/} (what came back), {@code runs/} (the records of earlier executions).
 * Sandboxes get copies of its files; nothing in it is ever opened by untrusted code.
 *
 * <p>Safe for use by many threads; one execution at a time runs in it, a second is refused with
 * {@link ErrorCode#WORKSPACE_BUSY}. {@link #close()} releases it and keeps the files; {@link
 * #delete()} removes them.
 */
public interface Workspace extends AutoCloseable {

  /** The directory's name. */
  String id();

  /** The absolute directory. */
  Path directory();

  /**
   * Copies a file in as an input. The program opens it by this name.
   *
   * @param name relative, with {@code /}; no empty, {@code .}, {@code ..} or control-character part
   * @throws IsoException if the name or the file can't be used ({@link ErrorCode#INPUT_UNUSABLE})
   */
  void put(String name, Path file);

  /**
   * Writes an input.
   *
   * @throws IsoException if the name can't be used ({@link ErrorCode#INPUT_UNUSABLE})
   */
  void put(String name, byte[] content);

  /** The names of the inputs, sorted. */
  List<String> inputs();

  /** Releases the workspace and keeps its files. Idempotent. */
  @Override
  void close();

  /**
   * Closes the workspace and removes its directory.
   *
   * @throws IsoException if an execution still runs in it ({@link ErrorCode#WORKSPACE_BUSY}) or it
   *     can't be removed
   */
  void delete();
}
