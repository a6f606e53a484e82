package io.isoruntime.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A file that the program is to find.
 *
 * @param name as the program opens it
 * @param file where it is on the host
 */
record InputFile(String name, Path file) {

  /**
   * Reads all of {@code --input}.
   *
   * @throws UsageException if one can't be used, or two have the same name
   */
  static List<InputFile> all(List<String> arguments) {
    List<InputFile> inputs = new ArrayList<>();
    for (String argument : arguments) {
      InputFile input = parse(argument);
      for (InputFile other : inputs) {
        input.requireApartFrom(other);
      }
      inputs.add(input);
    }
    return inputs;
  }

  /** {@code FILE} where there is one of that name, else {@code NAME=FILE}. */
  private static InputFile parse(String argument) {
    Path whole = Path.of(argument);
    int equals = argument.indexOf('=');
    if (equals <= 0 || Files.exists(whole)) {
      return checked(String.valueOf(whole.getFileName()), whole);
    }
    return checked(argument.substring(0, equals), Path.of(argument.substring(equals + 1)));
  }

  private static InputFile checked(String name, Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "no such file. Give an existing file, or NAME=FILE.");
    } else if (Files.isDirectory(file)) {
      throw unusable(
          file, "it is a directory. Pass its files one by one, or pack it: tar -cf DIR.tar DIR.");
    } else if (!Files.isRegularFile(file)) {
      throw unusable(file, "it is no regular file. Copy its content into one first.");
    } else if (!Files.isReadable(file)) {
      throw unusable(file, "it can't be read. Check its permissions, or run as its owner.");
    }
    if (!isPlain(name)) {
      throw unusable(
          file, "'" + name + "' can't be its name. Give a plain relative one: NAME=FILE.");
    }
    return new InputFile(name, file);
  }

  /** The rule of {@link io.isoruntime.Workspace#put}, which would tell only later. */
  private static boolean isPlain(String name) {
    return name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\')
        && Arrays.stream(name.split("/", -1)).noneMatch(Set.of("", ".", "..")::contains);
  }

  private void requireApartFrom(InputFile other) {
    if (name.equals(other.name)) {
      throw unusable(
          file, other.file + " has the same name '" + name + "'. Rename one: NAME=FILE.");
    } else if (name.startsWith(other.name + "/") || other.name.startsWith(name + "/")) {
      throw unusable(
          file, "'" + name + "' and '" + other.name + "' can't both exist. Rename one: NAME=FILE.");
    }
  }

  private static UsageException unusable(Path file, String why) {
    return new UsageException("Invalid value for option '--input': " + file + ": " + why);
  }
}
