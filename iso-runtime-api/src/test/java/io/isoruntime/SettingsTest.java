package io.isoruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void translateNothingUnlessTheHostIsNamed() {
    assertEquals(Optional.empty(), Settings.fromEnvironment(Map.of()).pathTranslator());
    assertEquals(
        Optional.empty(),
        Settings.fromEnvironment(Map.of("AGENTIC_BUNDLES_ROOT", "/b")).pathTranslator());
  }

  @ParameterizedTest
  @CsvSource({
    "HOST_EXEC_WORKSPACE_PATH, /exec-workspace",
    "HOST_BUNDLES_PATH, /bundles",
    "HOST_KB_STORAGE_PATH, /kdcube-storage"
  })
  void translateTheDirectoryOfEachVariableAlone(String variable, Path root) {
    PathTranslator translator = translator(Map.of(variable, "/srv/shared/"));
    assertEquals(List.of(root), List.copyOf(translator.roots()));
    assertEquals(Path.of("/srv/shared/x"), translator.toHost(root.resolve("x")));
  }

  @Test
  void translateAllOfThemWorkspacesFirst() {
    PathTranslator translator =
        translator(
            Map.of(
                "HOST_BUNDLES_PATH", "/srv/b",
                "HOST_EXEC_WORKSPACE_PATH", "/srv/w",
                "HOST_KB_STORAGE_PATH", "/srv/k"));
    assertEquals(
        List.of(Path.of("/exec-workspace"), Path.of("/kdcube-storage"), Path.of("/bundles")),
        List.copyOf(translator.roots()));
    assertEquals(Path.of("/srv/w/x"), translator.toHost(Path.of("/exec-workspace/x")));
    assertEquals(Path.of("/srv/b/x"), translator.toHost(Path.of("/bundles/x")));
    assertEquals(Path.of("/srv/k/x"), translator.toHost(Path.of("/kdcube-storage/x")));
  }

  @Test
  void letTheBundlesLieElsewhere() {
    PathTranslator translator =
        translator(Map.of("HOST_BUNDLES_PATH", "/srv/b", "AGENTIC_BUNDLES_ROOT", "/opt/b/"));
    assertEquals(Path.of("/srv/b/x"), translator.toHost(Path.of("/opt/b/x")));
    IsoException refused =
        assertThrows(IsoException.class, () -> translator.toHost(Path.of("/bundles/x")));
    assertEquals(ErrorCode.PATH_NOT_SHARED, refused.problem().code());
  }

  @ParameterizedTest
  @CsvSource({
    "HOST_EXEC_WORKSPACE_PATH, /exec-workspace",
    "HOST_KB_STORAGE_PATH, /kdcube-storage/",
    "HOST_KB_STORAGE_PATH, /x/../kdcube-storage"
  })
  void refuseTwoHostNamesForOneDirectory(String variable, String bundlesRoot) {
    Map<String, String> both =
        Map.of(
            variable, "/srv/w", "HOST_BUNDLES_PATH", "/srv/b", "AGENTIC_BUNDLES_ROOT", bundlesRoot);
    IsoException refused = assertThrows(IsoException.class, () -> translator(both));
    assertNames("AGENTIC_BUNDLES_ROOT", refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOST_EXEC_WORKSPACE_PATH",
        "HOST_BUNDLES_PATH",
        "HOST_KB_STORAGE_PATH",
        "AGENTIC_BUNDLES_ROOT"
      })
  void nameTheVariableThatIsNoAbsolutePath(String variable) {
    for (String value :
        List.of("", " ", "data", "./data", "../data", "~/data", " /data", "C:\\data")) {
      assertMalformed(variable, value);
    }
    for (String value : List.of("/data\n", "/da\tta", "/da\0ta", "/data\u007f", "/d\ufffdta")) {
      assertMalformed(variable, value);
    }
  }

  @Test
  void takeEveryOtherAbsolutePathAsItIs() {
    Settings settings =
        Settings.fromEnvironment(
            Map.of(
                "HOST_EXEC_WORKSPACE_PATH", "/",
                "HOST_BUNDLES_PATH", "/srv/a b:c",
                "HOST_KB_STORAGE_PATH", "/srv/$x\\y"));
    assertEquals(Optional.of(Path.of("/")), settings.hostWorkspacePath());
    assertEquals(Optional.of(Path.of("/srv/a b:c")), settings.hostBundlesPath());
    assertEquals(Optional.of(Path.of("/srv/$x\\y")), settings.hostKbStoragePath());
    assertEquals(Path.of("/bundles"), settings.bundlesRoot());
  }

  private static void assertMalformed(String variable, String value) {
    assertNames(
        variable,
        assertThrows(
            IsoException.class,
            () -> Settings.fromEnvironment(Map.of(variable, value)),
            () -> "'" + value + "'"));
  }

  private static void assertNames(String variable, IsoException refused) {
    assertEquals(ErrorCode.SETTING_INVALID, refused.problem().code());
    assertTrue(
        refused.problem().cause().startsWith("The environment variable " + variable + " is '"),
        refused.getMessage());
  }

  private static PathTranslator translator(Map<String, String> environment) {
    return Settings.fromEnvironment(environment).pathTranslator().orElseThrow();
  }
}
