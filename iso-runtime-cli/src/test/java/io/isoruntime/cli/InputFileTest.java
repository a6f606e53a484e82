package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
  @TempDir Path directory;
  private String sales;

  @BeforeEach
  void makeFile() throws IOException {
    sales = Files.createFile(directory.resolve("sales.csv")).toString();
  }

  private static List<String> names(String... arguments) {
    return InputFile.all(List.of(arguments)).stream().map(InputFile::name).toList();
  }

  private static void assertRefused(String reason, String... arguments) {
    String message = assertThrows(UsageException.class, () -> names(arguments)).getMessage();
    assertTrue(message.startsWith("Invalid value for option '--input': "), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void takesTheFilesOwnName() {
    assertEquals(List.of("sales.csv"), names(sales));
  }

  @Test
  void takesAnotherName() {
    assertEquals(List.of("data/2024.csv"), names("data/2024.csv=" + sales));
  }

  @Test
  void takesAFileWhoseOwnPathHasAnEqualsSign() throws IOException {
    Path odd = Files.createFile(directory.resolve("a=b.csv"));
    assertEquals(List.of("a=b.csv", "x"), names(odd.toString(), "x=" + odd));
  }

  @Test
  void refusesWhatIsNoRegularFile() {
    assertRefused("no such file", directory.resolve("absent").toString());
    assertRefused("no such file", "x=" + directory.resolve("absent"));
    assertRefused("it is a directory. Pass its files one by one, or pack it", directory.toString());
    assertRefused("it is no regular file", "/dev/null");
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    for (String name : List.of("../x", "/etc/passwd", "a//b", ".", "a\nb", "a\\b")) {
      assertRefused(
          "'" + name + "' can't be its name. Give a plain relative one: NAME=FILE",
          name + "=" + sales);
    }
  }

  @Test
  void refusesTwoInputsOfTheSameName() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other")).resolve("sales.csv");
    Files.createFile(other);
    assertRefused("has the same name 'sales.csv'. Rename one: NAME=FILE", sales, other.toString());
    assertRefused("can't both exist", "a=" + sales, "a/b=" + sales);
    assertRefused("can't both exist", "a/b=" + sales, "a=" + sales);
  }
}
