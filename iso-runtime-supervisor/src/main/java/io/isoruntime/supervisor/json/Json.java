package io.isoruntime.supervisor.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON setting for what comes from untrusted code: strict UTF-8 and grammar, no duplicate
 * keys, no trailing tokens, at most 500 levels deep, finite numbers only. Thread-safe.
 */
public final class Json {
  /** Deepest nesting accepted. */
  public static final int MAX_DEPTH = 500;

  /** Longest number accepted, in characters. */
  public static final int MAX_NUMBER = 4_000;

  /**
   * Most tokens that are made into a tree: a tree is many times larger than its text, and the heap
   * is shared with others.
   */
  private static final int MAX_TREE_TOKENS = 200_000;

  /**
   * Half a surrogate pair, which a Java or Python string can hold, is no UTF-8; escaped, it is
   * JSON.
   */
  public static final int BELOW_SURROGATES = 0xd7ff;

  private static final ObjectMapper MAPPER = newMapper(MAX_TREE_TOKENS);
  private static final ObjectMapper UNBOUNDED = newMapper(Integer.MAX_VALUE);

  private Json() {}

  private static ObjectMapper newMapper(int maxTokens) {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxTokenCount(maxTokens)
                    .maxNumberLength(MAX_NUMBER)
                    .maxStringLength(32 * 1024 * 1024)
                    .build())
            .highestNonEscapedChar(BELOW_SURROGATES)
            .build();
    return JsonMapper.builder(factory)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .build();
  }

  /** The mapper, for code that binds types; never handed out of this module. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Parses a value and checks that its numbers are finite.
   *
   * @throws IOException if the text is malformed, too deep, or has a number beyond a double
   */
  public static JsonNode parse(byte[] text) throws IOException {
    JsonNode node = MAPPER.readTree(reader(text));
    if (node == null || node.isMissingNode()) {
      throw new IOException("there is no JSON value");
    }
    requireFinite(node);
    return node;
  }

  /**
   * Checks a value of any size as {@link #parse} does, without making anything of it.
   *
   * @throws IOException as {@link #parse} does, but for the number of tokens
   */
  public static void check(byte[] text) throws IOException {
    try (JsonParser parser = UNBOUNDED.getFactory().createParser(reader(text))) {
      if (parser.nextToken() == null) {
        throw new IOException("there is no JSON value");
      }
      int depth = 0;
      do {
        JsonToken token = parser.currentToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.VALUE_NUMBER_FLOAT && !Double.isFinite(parser.getDoubleValue())) {
          throw new IOException("a number is beyond the range of a double");
        } else if (token.isNumeric()) {
          parser.getNumberValue();
        }
        if (depth == 0 && parser.nextToken() != null) {
          throw new IOException("something follows the JSON value");
        }
      } while (depth > 0 && parser.nextToken() != null);
    }
  }

  /**
   * A value of any size as maps, lists, strings, numbers, booleans and null; integers are {@code
   * Long} or {@code BigInteger}, whatever their size.
   *
   * @throws IOException as {@link #check} does
   */
  public static @Nullable Object plain(byte[] text) throws IOException {
    check(text);
    return widened(UNBOUNDED.readValue(reader(text), Object.class));
  }

  /**
   * A value of any size as a tree, which is many times larger: for those who are trusted with that.
   *
   * @throws IOException as {@link #check} does
   */
  public static JsonNode tree(byte[] text) throws IOException {
    check(text);
    return UNBOUNDED.readTree(reader(text));
  }

  /** A plain value as the map that it is, or as an empty one. */
  public static Map<String, @Nullable Object> asObject(@Nullable Object plain) {
    Map<String, @Nullable Object> typed = new LinkedHashMap<>();
    if (plain instanceof Map<?, ?> map) {
      map.forEach((key, value) -> typed.put(String.valueOf(key), value));
    }
    return typed;
  }

  /** Given bytes, Jackson guesses UTF-16 and UTF-32, and takes overlong forms and surrogates. */
  private static Reader reader(byte[] text) {
    return new InputStreamReader(
        new ByteArrayInputStream(text), StandardCharsets.UTF_8.newDecoder()) {
      @Override
      public int read(char[] buffer, int offset, int length) throws IOException {
        try {
          return super.read(buffer, offset, length);
        } catch (CharacterCodingException e) {
          throw new IOException("the text is not UTF-8", e);
        }
      }
    };
  }

  @SuppressWarnings("unchecked") // what Jackson makes of an untyped value
  private static @Nullable Object widened(@Nullable Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Map<?, ?> map) {
      ((Map<String, @Nullable Object>) map).replaceAll((key, entry) -> widened(entry));
    } else if (value instanceof List<?> list) {
      ((List<@Nullable Object>) list).replaceAll(Json::widened);
    }
    return value;
  }

  /** Parses an object; otherwise as {@link #parse}. */
  public static ObjectNode parseObject(byte[] text) throws IOException {
    if (parse(text) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the JSON value is not an object");
  }

  private static void requireFinite(JsonNode node) throws IOException {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new IOException("a number is beyond the range of a double");
    }
    for (JsonNode child : node) {
      requireFinite(child);
    }
  }

  /** The same value without line ends: in valid JSON they occur between tokens only. */
  static String onOneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }

  /** An object of alternating names and values, in this order. */
  public static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  /** The bytes of a value made of maps, lists, strings, numbers, booleans, nodes and null. */
  public static byte[] bytes(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plain value could not be written as JSON.", e);
    }
  }

  /** The text of a value; otherwise as {@link #bytes}. */
  public static String text(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A plain value could not be written as JSON.", e);
    }
  }
}
