package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Collections;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Teaches Jackson the values that JSON lacks: written as {@link WireValues} describes them, read
 * from a tree that {@link WireValues#resolve} has been over. Times are exact to the microsecond,
 * which is as far as Python goes.
 */
final class WireModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  // All digits always: Python's fromisoformat of 3.9 and 3.10 reads no others.
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter OFFSET_DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxxxx");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter OFFSET_TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSxxxxx");
  private static final int MAX_PYTHON_YEAR = 9999;
  private static final long MAX_PYTHON_DAYS = 999_999_999;
  private static final long SECONDS_OF_DAY = 86_400;

  WireModule() {
    super("iso-values");
    addSerializer(byte[].class, new BytesSerializer());
    addSerializer(BigDecimal.class, tagged("$decimal", BigDecimal::toString));
    addSerializer(OffsetDateTime.class, tagged("$datetime", WireModule::text));
    addSerializer(ZonedDateTime.class, tagged("$datetime", at -> text(at.toOffsetDateTime())));
    addSerializer(Instant.class, tagged("$datetime", at -> text(at.atOffset(ZoneOffset.UTC))));
    addSerializer(LocalDateTime.class, tagged("$datetime", at -> DATE_TIME.format(inPython(at))));
    addSerializer(LocalDate.class, tagged("$date", day -> inPython(day).toString()));
    addSerializer(LocalTime.class, tagged("$time", TIME::format));
    addSerializer(OffsetTime.class, tagged("$time", OFFSET_TIME::format));
    addSerializer(Duration.class, tagged("$duration", WireModule::seconds));
    FloatingSerializer floating = new FloatingSerializer();
    addSerializer(double.class, floating);
    addSerializer(Double.class, floating);
    addSerializer(float.class, floating);
    addSerializer(Float.class, floating);
    addSerializer(double[].class, new DoublesSerializer());
    addSerializer(float[].class, new FloatsSerializer());
    setSerializerModifier(new MapEscape());

    addDeserializer(byte[].class, new Resolved<>(byte[].class, "bytes"));
    addDeserializer(OffsetDateTime.class, new Resolved<>(OffsetDateTime.class, "a datetime"));
    addDeserializer(LocalDateTime.class, new Resolved<>(LocalDateTime.class, "a naive datetime"));
    addDeserializer(LocalDate.class, new Resolved<>(LocalDate.class, "a date"));
    addDeserializer(LocalTime.class, new Resolved<>(LocalTime.class, "a naive time"));
    addDeserializer(OffsetTime.class, new Resolved<>(OffsetTime.class, "an aware time"));
    addDeserializer(Duration.class, new Resolved<>(Duration.class, "a timedelta"));
    addDeserializer(Instant.class, new FromDateTime<>(OffsetDateTime::toInstant));
    addDeserializer(ZonedDateTime.class, new FromDateTime<>(OffsetDateTime::toZonedDateTime));
    addDeserializer(Object.class, new PlainDeserializer());
    addDeserializer(String.class, new TextDeserializer());
    addDeserializer(double.class, new NoTextDoubleDeserializer(double.class, 0d));
    addDeserializer(Double.class, new NoTextDoubleDeserializer(Double.class, null));
    addDeserializer(float.class, new FiniteFloatDeserializer(float.class, 0f));
    addDeserializer(Float.class, new FiniteFloatDeserializer(Float.class, null));
  }

  private static String text(OffsetDateTime at) {
    return OFFSET_DATE_TIME.format(inPython(at));
  }

  private static <T extends TemporalAccessor> T inPython(T at) {
    int year = at.get(ChronoField.YEAR);
    if (year < 1 || year > MAX_PYTHON_YEAR) {
      throw new IllegalArgumentException("Python has no year " + year);
    }
    return at;
  }

  private static String seconds(Duration duration) {
    if (Math.abs(Math.floorDiv(duration.getSeconds(), SECONDS_OF_DAY)) > MAX_PYTHON_DAYS) {
      throw new IllegalArgumentException("Python has no duration of " + duration);
    }
    long micros = duration.getNano() / 1_000;
    BigDecimal seconds =
        BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(micros, 6));
    return "PT" + seconds.toPlainString() + "S";
  }

  private static <T> JsonSerializer<T> tagged(String name, Function<T, String> text) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator json, SerializerProvider provider)
          throws IOException {
        json.writeStartObject();
        json.writeStringField(name, text.apply(value));
        json.writeEndObject();
      }
    };
  }

  private static void write(double value, JsonGenerator json) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      writeSpecial(value, json);
    }
  }

  private static void write(float value, JsonGenerator json) throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumber(value);
    } else {
      writeSpecial(value, json);
    }
  }

  private static void writeSpecial(double value, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("$float", Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    json.writeEndObject();
  }

  private static final class BytesSerializer extends JsonSerializer<byte[]> {
    @Override
    public void serialize(byte[] value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartObject();
      json.writeBinaryField("$bytes", value);
      json.writeEndObject();
    }
  }

  private static final class FloatingSerializer extends JsonSerializer<Number> {
    @Override
    public void serialize(Number value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (value instanceof Float single) {
        write(single.floatValue(), json);
      } else {
        write(value.doubleValue(), json);
      }
    }
  }

  private static final class DoublesSerializer extends JsonSerializer<double[]> {
    @Override
    public void serialize(double[] values, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartArray();
      for (double value : values) {
        write(value, json);
      }
      json.writeEndArray();
    }
  }

  private static final class FloatsSerializer extends JsonSerializer<float[]> {
    @Override
    public void serialize(float[] values, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartArray();
      for (float value : values) {
        write(value, json);
      }
      json.writeEndArray();
    }
  }

  /** A map that looks like one of our values gets another dollar sign. */
  private static final class MapEscape extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifyMapSerializer(
        SerializationConfig config,
        MapType type,
        BeanDescription description,
        JsonSerializer<?> serializer) {
      return new EscapingSerializer(serializer);
    }
  }

  @SuppressWarnings("unchecked") // Jackson has serializers of maps by raw class
  private static final class EscapingSerializer extends JsonSerializer<Map<?, ?>>
      implements ContextualSerializer {
    private final JsonSerializer<Object> ordinary;

    EscapingSerializer(JsonSerializer<?> ordinary) {
      this.ordinary = (JsonSerializer<Object>) ordinary;
    }

    @Override
    public JsonSerializer<?> createContextual(
        SerializerProvider provider, @Nullable BeanProperty property) throws JsonMappingException {
      return new EscapingSerializer(provider.handleSecondaryContextualization(ordinary, property));
    }

    @Override
    public void serialize(Map<?, ?> map, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (map.size() == 1) {
        Map.Entry<?, ?> only = map.entrySet().iterator().next();
        if (only.getKey() instanceof String name && name.startsWith("$")) {
          ordinary.serialize(Collections.singletonMap("$" + name, only.getValue()), json, provider);
          return;
        }
      }
      ordinary.serialize(map, json, provider);
    }
  }

  /** Told to programs: it names what is expected, and no class as Jackson's messages do. */
  static final class Unfit extends JsonMappingException {
    private static final long serialVersionUID = 1L;

    Unfit(JsonParser json, String expected) {
      super(json, expected + " expected");
    }
  }

  /** What the tree holds already. */
  private static final class Resolved<T> extends JsonDeserializer<T> {
    private final Class<T> type;
    private final String expected;

    Resolved(Class<T> type, String expected) {
      this.type = type;
      this.expected = expected;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
          && type.isInstance(json.getEmbeddedObject())) {
        return type.cast(json.getEmbeddedObject());
      }
      throw new Unfit(json, expected);
    }
  }

  private static final class FromDateTime<T> extends JsonDeserializer<T> {
    private final Resolved<OffsetDateTime> dateTime =
        new Resolved<>(OffsetDateTime.class, "an aware datetime");
    private final Function<OffsetDateTime, T> convert;

    FromDateTime(Function<OffsetDateTime, T> convert) {
      this.convert = convert;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return convert.apply(dateTime.deserialize(json, context));
    }
  }

  private static final class PlainDeserializer extends JsonDeserializer<Object> {
    @Override
    public @Nullable Object deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return WireValues.plain(json.<JsonNode>readValueAsTree());
    }
  }

  /** Jackson makes text of whatever it finds in a tree, of bytes their base64. */
  private static final class TextDeserializer extends JsonDeserializer<String> {
    @Override
    public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (!json.hasToken(JsonToken.VALUE_STRING)) {
        throw JsonMappingException.from(json, "text expected");
      }
      return json.getText();
    }
  }

  /** Jackson takes "NaN" for a number, and an integer beyond all doubles for infinity. */
  private static void requireFloat(JsonParser json) throws IOException {
    if (json.hasToken(JsonToken.VALUE_STRING)
        || (json.hasToken(JsonToken.VALUE_NUMBER_INT) && !Double.isFinite(json.getDoubleValue()))) {
      throw JsonMappingException.from(json, "a float expected");
    }
  }

  private static final class NoTextDoubleDeserializer
      extends NumberDeserializers.DoubleDeserializer {
    private static final long serialVersionUID = 1L;

    NoTextDoubleDeserializer(Class<Double> type, @Nullable Double whenNull) {
      super(type, whenNull);
    }

    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      requireFloat(json);
      return super.deserialize(json, context);
    }
  }

  /** A double that is finite may be infinite as a float. */
  private static final class FiniteFloatDeserializer extends NumberDeserializers.FloatDeserializer {
    private static final long serialVersionUID = 1L;

    FiniteFloatDeserializer(Class<Float> type, @Nullable Float whenNull) {
      super(type, whenNull);
    }

    @Override
    public Float deserialize(JsonParser json, DeserializationContext context) throws IOException {
      requireFloat(json);
      boolean finite =
          !json.hasToken(JsonToken.VALUE_NUMBER_FLOAT) || Double.isFinite(json.getDoubleValue());
      Float value = super.deserialize(json, context);
      if (value != null && value.isInfinite() && finite) {
        throw JsonMappingException.from(json, "a float expected");
      }
      return value;
    }
  }
}
