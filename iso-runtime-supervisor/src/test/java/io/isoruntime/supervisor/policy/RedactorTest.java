package io.isoruntime.supervisor.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRedactor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private static final String VALUE =
      "{\"user\":\"ann\",\"Password\":\"p\",\"cards\":[{\"no\":1,\"a/b\":2},{\"no\":3}]}";

  private static String redacted(ToolRedaction redaction) throws IOException {
    Object value = plain(VALUE);
    Object less = new Redactor(redaction).redact("pay", "arguments", value);
    assertEquals(plain(VALUE), value, "the value itself was changed");
    return io.isoruntime.supervisor.json.Json.text(less).replace("{\"$redacted\":true}", "#");
  }

  private static @Nullable Object plain(String json) throws IOException {
    return io.isoruntime.supervisor.json.Json.plain(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keysAreWithheldAtAnyDepthWhateverTheirCase() throws Exception {
    assertEquals(
        "{\"user\":\"ann\",\"Password\":#,\"cards\":[{\"no\":#,\"a/b\":2},{\"no\":#}]}",
        redacted(ToolRedaction.ofKeys("password", "NO")));
  }

  @Test
  void aDollarSignThatAKeyGotForItsWayHidesNothing() throws Exception {
    assertEquals(
        plain("{\"card\":{\"$$pin\":{\"$redacted\":true}}}"),
        new Redactor(ToolRedaction.ofKeys("$pin"))
            .redact("pay", "arguments", plain("{\"card\":{\"$$pin\":4711}}")));
  }

  @Test
  void pointersLeadToWhatIsWithheldAndElsewhereToNothing() throws Exception {
    assertEquals(
        "{\"user\":#,\"Password\":\"p\",\"cards\":[{\"no\":1,\"a/b\":#},#]}",
        redacted(
            ToolRedaction.none()
                .andPointers(
                    "/arguments/user",
                    "/arguments/cards/0/a~1b",
                    "/arguments/cards/1",
                    "/arguments/cards/2",
                    "/arguments/cards/-",
                    "/arguments/user/deeper",
                    "/result/user")));
    assertEquals("#", redacted(ToolRedaction.none().andPointers("/arguments")));
    for (String wrong : List.of("/password", "/arguments/a~b", "/arguments/a~2", "/result/~")) {
      assertThrows(
          IllegalArgumentException.class, () -> ToolRedaction.none().andPointers(wrong), wrong);
    }
  }

  @Test
  void aFunctionHasTheLastWord() throws Exception {
    assertEquals(
        "{\"cards\":2}",
        redacted(
            ToolRedaction.ofKeys("password")
                .andBy((tool, told) -> Map.of("arguments", Map.of("cards", 2)))));
  }

  @Test
  void whatAFunctionCanNotSayIsWithheldWhole() throws Exception {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    List<ToolRedactor> bad =
        List.of(
            (tool, told) -> {
              throw new IOException("p");
            },
            (tool, told) -> {
              throw new StackOverflowError("p");
            },
            (tool, told) -> null,
            (tool, told) -> new HashMap<>(),
            (tool, told) -> Map.of("arguments", endless),
            (tool, told) -> Map.of("arguments", new Object()));
    for (ToolRedactor function : bad) {
      assertEquals("#", redacted(ToolRedaction.none().andBy(function)));
    }
  }
}
