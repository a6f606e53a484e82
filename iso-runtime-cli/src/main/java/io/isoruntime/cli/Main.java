package io.isoruntime.cli;

/** The {@code iso} command. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and exits with its status. */
  public static void main(String[] arguments) {
    IsoCommand iso = new IsoCommand(StandardStreams.ofProcess(), RuntimeSpec::open);
    System.exit(iso.execute(arguments));
  }
}
