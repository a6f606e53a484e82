package io.isoruntime.supervisor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.fuzz.Allocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The three readings of a text agree on whether it is JSON and on what it says; what is accepted is
 * UTF-8, and can be written and read again; what is refused is refused by an {@link IOException}.
 */
public final class JsonFuzz {
  private static final long OWN = 4 * 1024 * 1024;

  private JsonFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    JsonNode tree = parsed(data);
    assertEquals(tree != null, isChecked(data), "one reading accepts what another one refuses");
    Allocation.assertAtMost(OWN + 1000L * data.length, () -> parsed(data));
    if (tree == null) {
      assertThrows(IOException.class, () -> Json.plain(data));
      return;
    }
    assertUtf8(data);
    assertEquals(plainly(tree, 0), Json.plain(data));
    assertEquals(tree, Json.parse(Json.bytes(tree)));
    // A result is kept as text, and put into a line.
    String line = Json.onOneLine(new String(data, UTF_8));
    assertEquals(tree, Json.parse(line.getBytes(UTF_8)));
    assertEquals(1, line.lines().count());
  }

  private static @Nullable JsonNode parsed(byte[] data) {
    try {
      return Json.parse(data);
    } catch (IOException refused) {
      return null;
    }
  }

  private static boolean isChecked(byte[] data) {
    try {
      Json.check(data);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static void assertUtf8(byte[] data) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
    } catch (CharacterCodingException e) {
      throw new AssertionError("accepted what is not UTF-8", e);
    }
  }

  private static @Nullable Object plainly(JsonNode node, int depth) {
    assertTrue(depth <= Json.MAX_DEPTH);
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties()
          .forEach(entry -> map.put(entry.getKey(), plainly(entry.getValue(), depth + 1)));
      return map;
    } else if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plainly(element, depth + 1)));
      return list;
    } else if (node.isBigInteger()) {
      return node.bigIntegerValue();
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      assertTrue(Double.isFinite(node.doubleValue()));
      return node.doubleValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else {
      return node.isNull() ? null : node.textValue();
    }
  }
}
