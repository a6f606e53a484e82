package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** test_guest.py reads the same file. */
class ToolSearchTest {

  @Test
  void toolsAreRankedAsTheSandboxRanksThem() throws IOException {
    JsonNode expected = searches();
    ToolRegistry tools = tools(expected.get("tools"));

    assertTrue(expected.get("searches").size() > 10);
    for (JsonNode search : expected.get("searches")) {
      assertEquals(
          texts(search.get("finds")),
          names(tools.search(search.get("query").textValue(), 100)),
          search::toString);
    }
  }

  @Test
  void noMoreAreGivenThanWereAskedFor() throws IOException {
    ToolRegistry tools = tools(searches().get("tools"));

    assertEquals(List.of("orders.cancel"), names(tools.search("cancel an order", 1)));
    assertEquals(List.of(), names(tools.search("", 0)));
    assertEquals(List.of(), names(ToolRegistry.empty().search("order", 5)));
    assertThrows(IllegalArgumentException.class, () -> tools.search("", -1));
  }

  @Test
  void whatIsFoundIsTheToolItself() throws IOException {
    ToolRegistry tools = tools(searches().get("tools"));

    assertEquals(tools.find("mail.send"), tools.search("send", 1).find("mail.send"));
  }

  private static JsonNode searches() throws IOException {
    try (InputStream file = ToolSearchTest.class.getResourceAsStream("searches.json")) {
      return Json.parse(file.readAllBytes());
    }
  }

  private static ToolRegistry tools(JsonNode declared) {
    ToolRegistry.Builder tools = ToolRegistry.builder();
    for (JsonNode tool : declared) {
      var input = Json.mapper().createObjectNode().put("type", "object");
      var properties = input.putObject("properties");
      tool.get("params").forEach(name -> properties.putObject(name.textValue()));
      tools.add(
          Tool.ofSchema(
                  tool.get("name").textValue(),
                  input.toString(),
                  "{}",
                  (arguments, context) -> CompletableFuture.completedFuture(null))
              .describedAs(tool.get("about").textValue()));
    }
    return tools.build();
  }

  private static List<String> names(ToolRegistry tools) {
    return tools.tools().stream().map(Tool::name).toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
  }
}
