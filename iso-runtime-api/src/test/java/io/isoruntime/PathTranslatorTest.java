package io.isoruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTranslatorTest {
  private static final PathTranslator DATA = mapping("/data", "/srv/shared");

  @ParameterizedTest
  @CsvSource({
    "/data, /srv/shared",
    "/data/, /srv/shared",
    "/data/a, /srv/shared/a",
    "/data/a/, /srv/shared/a",
    "//data//a/b, /srv/shared/a/b",
    "/data/./a/., /srv/shared/a",
    "/data/a b/..., /srv/shared/a b/...",
    "/data/data/x, /srv/shared/data/x"
  })
  void replacesThePrefix(Path local, Path host) {
    assertSpelled(host, DATA.toHost(local));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data2", "/data2/x", "/data.old", "/dat", "/DATA/x", "/x/data", "/"})
  void takesNoLookAlikeForThePrefix(Path local) {
    assertNotShared(DATA, local);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/..",
        "/data/../etc/passwd",
        "/data/../data2/x",
        "/data/a/../../etc",
        "/data/./../etc",
        "/data/../../../etc",
        "/../etc"
      })
  void letsNothingEscapeByDots(Path local) {
    assertNotShared(DATA, local);
  }

  @ParameterizedTest
  @CsvSource({
    "/data/a/../b, /srv/shared/b",
    "/data/../data/b, /srv/shared/b",
    "/etc/../data/b, /srv/shared/b",
    "/../data/b, /srv/shared/b"
  })
  void takesDotsOutBeforeItLooks(Path local, Path host) {
    assertSpelled(host, DATA.toHost(local));
  }

  @ParameterizedTest
  @CsvSource({
    "/data/x, /host/outer/x",
    "/data/in, /host/outer/in",
    "/data/inner, /elsewhere",
    "/data/inner/x, /elsewhere/x",
    "/data/inner2/x, /host/outer/inner2/x",
    "/data/inner/../x, /host/outer/x",
    "/data/inner/deep/er/x, /host/deepest/x",
    "/data/inner/deep/x, /elsewhere/deep/x"
  })
  void letsTheLongestPrefixDecideWhateverTheOrder(Path local, Path host) {
    List<Map.Entry<Path, Path>> entries =
        List.of(
            Map.entry(Path.of("/data"), Path.of("/host/outer")),
            Map.entry(Path.of("/data/inner"), Path.of("/elsewhere")),
            Map.entry(Path.of("/data/inner/deep/er"), Path.of("/host/deepest")));
    Map<Path, Path> outerFirst = new LinkedHashMap<>();
    Map<Path, Path> innerFirst = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      Map.Entry<Path, Path> last = entries.get(entries.size() - 1 - i);
      outerFirst.put(entries.get(i).getKey(), entries.get(i).getValue());
      innerFirst.put(last.getKey(), last.getValue());
    }
    assertSpelled(host, PathTranslator.mapping(outerFirst).toHost(local));
    assertSpelled(host, PathTranslator.mapping(innerFirst).toHost(local));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /rootfs, /, /rootfs",
    "/, /rootfs, /a/b, /rootfs/a/b",
    "/, /rootfs, /../a, /rootfs/a",
    "/, /, /a/b, /a/b",
    "/data, /, /data, /",
    "/data, /, /data/a, /a"
  })
  void mapsRoots(Path prefix, Path target, Path local, Path host) {
    assertSpelled(host, PathTranslator.mapping(Map.of(prefix, target)).toHost(local));
  }

  @ParameterizedTest
  @CsvSource({
    "/data/, /srv/shared/",
    "/data/., /srv/./shared",
    "/x/../data, /srv/x/../shared",
    "//data, /../srv//shared"
  })
  void normalisesBothSidesOfAMapping(String prefix, String target) {
    PathTranslator translator = mapping(prefix, target);
    assertSpelled(Path.of("/srv/shared/a"), translator.toHost(Path.of("/data/a")));
    assertEquals(Set.of(Path.of("/data")), translator.roots());
    assertNotShared(translator, Path.of("/x/a"));
  }

  @Test
  void saysWhatIsSharedAndWhatToDo() {
    Map<Path, Path> shared = new LinkedHashMap<>();
    shared.put(Path.of("/exec-workspace"), Path.of("/srv/w"));
    shared.put(Path.of("/bundles"), Path.of("/srv/b"));
    String message = assertNotShared(PathTranslator.mapping(shared), Path.of("/bundles/../tmp/x"));
    assertTrue(message.startsWith("ISO-PATH-NOT-SHARED: "), message);
    assertTrue(message.contains("'/bundles/../tmp/x', which is '/tmp/x',"), message);
    assertTrue(message.contains(": '/exec-workspace', '/bundles'."), message);
    assertTrue(message.contains("Remedy: Use a path beneath one of these"), message);
    assertTrue(message.contains("PathTranslator.mapping"), message);
  }

  @Test
  void followsNoSymbolicLink(@TempDir Path scratch) throws IOException {
    Path shared = Files.createDirectory(scratch.resolve("shared"));
    Path outside = Files.createDirectories(scratch.resolve("outside/deep"));
    Path leadsOut = Files.createSymbolicLink(shared.resolve("out"), outside);
    Path leadsIn = Files.createSymbolicLink(scratch.resolve("in"), shared);
    // Whoever asks the file system finds all three.
    for (Path found : List.of(outside, outside.getParent(), shared)) {
      Files.createFile(found.resolve("x"));
    }
    PathTranslator translator = PathTranslator.mapping(Map.of(shared, Path.of("/srv/shared")));

    assertSpelled(Path.of("/srv/shared/out/x"), translator.toHost(leadsOut.resolve("x")));
    // The kernel would go to outside/x.
    assertSpelled(Path.of("/srv/shared/x"), translator.toHost(leadsOut.resolve("../x")));
    assertNotShared(translator, leadsIn.resolve("x"));
  }

  @Test
  void comparesNamesByTheirCodePoints() {
    // Otherwise Java can't spell such a path at all.
    if ("UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
      PathTranslator translator = mapping("/donn\u00e9es", "/srv/\u30c7\u30fc\u30bf");
      assertSpelled(
          Path.of("/srv/\u30c7\u30fc\u30bf/\ud83d\ude00"),
          translator.toHost(Path.of("/donn\u00e9es/\ud83d\ude00")));
      // The same to the eye, but another name to the kernel: e and a combining accent.
      assertNotShared(translator, Path.of("/donne\u0301es/x"));
      // A dot that is none.
      assertSpelled(
          Path.of("/srv/shared/\uff0e\uff0e/x"), DATA.toHost(Path.of("/data/\uff0e\uff0e/x")));
    }
  }

  @Test
  void keepsTheOrderOfItsRoots() {
    Map<Path, Path> shared = new LinkedHashMap<>();
    for (String name : List.of("/z", "/a", "/m/n/", "/m")) {
      shared.put(Path.of(name), Path.of("/srv" + name));
    }
    Set<Path> roots = PathTranslator.mapping(shared).roots();
    assertEquals(
        List.of(Path.of("/z"), Path.of("/a"), Path.of("/m/n"), Path.of("/m")), List.copyOf(roots));
    assertThrows(UnsupportedOperationException.class, () -> roots.remove(Path.of("/z")));
  }

  @Test
  void copiesTheMap() {
    Map<Path, Path> shared = new HashMap<>(Map.of(Path.of("/data"), Path.of("/srv/shared")));
    PathTranslator translator = PathTranslator.mapping(shared);
    shared.put(Path.of("/etc"), Path.of("/etc"));
    shared.put(Path.of("/data"), Path.of("/etc"));
    assertSpelled(Path.of("/srv/shared/x"), translator.toHost(Path.of("/data/x")));
    assertNotShared(translator, Path.of("/etc/x"));
  }

  @Test
  void refusesAMappingThatMeansNothing() {
    assertRefused("At least one directory must be mapped.", Map.of());
    assertRefused(
        "A shared directory must be absolute, not 'data'.",
        Map.of(Path.of("data"), Path.of("/srv")));
    assertRefused(
        "The host's name of '/data' must be absolute, not 'srv'.",
        Map.of(Path.of("/data/"), Path.of("srv")));
    assertRefused(
        "'/data' is mapped twice.",
        Map.of(Path.of("/data"), Path.of("/a"), Path.of("/x/../data"), Path.of("/b")));
  }

  @Test
  void identityLeavesEveryPathAsItIs() {
    assertSpelled(Path.of("/etc"), PathTranslator.identity().toHost(Path.of("/data/../etc/")));
    assertEquals(Set.of(), PathTranslator.identity().roots());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data", "data/x", "./data", "../data"})
  void translatesAbsolutePathsOnly(Path local) {
    for (PathTranslator translator : List.of(DATA, PathTranslator.identity())) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> translator.toHost(local));
      assertEquals(
          "The path to translate must be absolute, not '" + local + "'.", refused.getMessage());
    }
  }

  private static PathTranslator mapping(String local, String host) {
    return PathTranslator.mapping(Map.of(Path.of(local), Path.of(host)));
  }

  /** As text, since it is text that the engine gets. */
  private static void assertSpelled(Path expected, Path actual) {
    assertEquals(expected.toString(), actual.toString());
  }

  private static String assertNotShared(PathTranslator translator, Path local) {
    IsoException refused = assertThrows(IsoException.class, () -> translator.toHost(local));
    assertEquals(ErrorCode.PATH_NOT_SHARED, refused.problem().code());
    assertTrue(refused.getMessage().contains("'" + local + "'"), refused.getMessage());
    for (Path root : translator.roots()) {
      assertTrue(refused.getMessage().contains("'" + root + "'"), refused.getMessage());
    }
    return refused.getMessage();
  }

  private static void assertRefused(String message, Map<Path, Path> mapping) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> PathTranslator.mapping(mapping));
    assertEquals(message, refused.getMessage());
  }
}
