package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.ToolRegistryProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolSourceTest {
  record City(String name) {}

  /** A provider as a host application has it. */
  public static final class Weather implements ToolRegistryProvider {
    @Override
    public ToolRegistry tools() {
      return ToolRegistry.of(Tool.of("weather", City.class, String.class, City::name));
    }
  }

  /** A provider that fails. */
  public static final class Broken implements ToolRegistryProvider {
    @Override
    public ToolRegistry tools() {
      throw new IllegalStateException("no database");
    }
  }

  /** A provider whose simple name is not its own. */
  public static final class Twin implements ToolRegistryProvider {
    @Override
    public ToolRegistry tools() {
      return ToolRegistry.empty();
    }
  }

  /** Holds the other one. */
  static final class Other {
    /** Has the same simple name. */
    public static final class Twin implements ToolRegistryProvider {
      @Override
      public ToolRegistry tools() {
        return ToolRegistry.empty();
      }
    }
  }

  private static List<String> names(String source) {
    return ToolSource.load(source).tools().stream().map(Tool::name).toList();
  }

  private static void assertRefused(String reason, String source) {
    String message = assertThrows(UsageException.class, () -> names(source)).getMessage();
    assertTrue(message.startsWith("Invalid value for option '--tools': " + source), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void withoutTheOptionThereIsNoTool() {
    assertEquals(0, ToolSource.load(null).tools().size());
  }

  @Test
  void findsTheDemonstration() {
    assertEquals(List.of("echo", "add", "sleep", "fail", "blob"), names("demo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.isoruntime.cli.ToolSourceTest$Weather",
        "io.isoruntime.cli.ToolSourceTest.Weather",
        "Weather"
      })
  void findsAProviderByItsName(String name) {
    assertEquals(List.of("weather"), names(name));
  }

  @Test
  void listsWhatThereIsWhenThereIsNoSuchProvider() {
    assertRefused("there is no such provider on the class path. Use demo, io.", "Nowhere");
    assertRefused("io.isoruntime.cli.ToolSourceTest$Weather", "Nowhere");
  }

  @Test
  void wantsTheFullNameWhereTheSimpleOneIsNotUnique() {
    assertRefused("several providers have that name", "Twin");
    assertEquals(List.of(), names("io.isoruntime.cli.ToolSourceTest.Twin"));
  }

  @Test
  void saysWhyAProviderMakesNoTools() {
    assertRefused("its tools can't be made: no database", "Broken");
  }
}
