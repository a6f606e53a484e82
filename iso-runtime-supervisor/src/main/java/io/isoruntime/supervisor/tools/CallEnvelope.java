package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call as the program sent it, or the reason why it is none.
 *
 * @param id positive, and nothing else is known of it
 * @param tool what the program calls by this name; empty if it is refused as malformed
 * @param arguments the arguments, whether they fit the tool or not
 * @param refusal why it is not to be handled; {@code null} if it is
 */
record CallEnvelope(long id, String tool, ObjectNode arguments, @Nullable ToolException refusal) {
  private static final int MAX_TOOL_NAME = 260;
  private static final int HEAD = 40;
  private static final Pattern LEADING_ID =
      Pattern.compile("^\\{\\s*\"id\":\\s*([0-9]{1,18})\\s*,");

  /**
   * Reads what came from the tool pipe.
   *
   * @throws IOException if it isn't even recognisable as a call
   */
  static CallEnvelope parse(byte[] payload) throws IOException {
    ObjectNode json;
    try {
      json = Json.parseObject(payload);
    } catch (IOException e) {
      return malformed(payload, e);
    }
    JsonNode id = json.get("id");
    JsonNode tool = json.get("tool");
    if (id == null || !id.canConvertToLong() || !id.isIntegralNumber() || id.longValue() <= 0) {
      throw new IOException("a tool call without a usable id");
    }
    if (tool == null
        || !tool.isTextual()
        || tool.textValue().length() > MAX_TOOL_NAME
        || !(json.get("args") instanceof ObjectNode arguments)
        || json.size() != 3) {
      return malformed(id.longValue(), "A call is an object of id, tool and args.");
    }
    return new CallEnvelope(id.longValue(), tool.textValue(), arguments, null);
  }

  /** Our own client writes the id first, so that even a call that is too deep can be answered. */
  private static CallEnvelope malformed(byte[] payload, IOException why) throws IOException {
    Matcher id =
        LEADING_ID.matcher(
            new String(payload, 0, Math.min(payload.length, HEAD), StandardCharsets.ISO_8859_1));
    if (!id.find() || Long.parseLong(id.group(1)) == 0) {
      throw new IOException("a tool call that is not JSON", why);
    }
    return malformed(
        Long.parseLong(id.group(1)), "The call is not acceptable JSON: " + reason(why) + ".");
  }

  /** Jackson's own words name its classes and settings: the host's business alone. */
  private static String reason(IOException e) {
    if (e instanceof StreamConstraintsException) {
      return "it is nested more than "
          + Json.MAX_DEPTH
          + " deep, or has too many parts or too long a number";
    }
    return e instanceof JsonProcessingException malformed
        ? "it goes wrong after "
            + Math.max(0, malformed.getLocation().getCharOffset())
            + " characters"
        : String.valueOf(e.getMessage());
  }

  private static CallEnvelope malformed(long id, String message) {
    return new CallEnvelope(id, "", Json.mapper().createObjectNode(), null)
        .refused("MALFORMED", message);
  }

  /** The same, not to be handled. */
  CallEnvelope refused(String code, String message) {
    return new CallEnvelope(id, tool, arguments, new ToolException(code, message, false));
  }
}
