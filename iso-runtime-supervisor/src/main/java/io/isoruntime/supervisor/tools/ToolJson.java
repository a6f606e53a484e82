package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import io.isoruntime.ToolParameter;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds tool arguments and results. Strict where untrusted code is the sender: no unknown
 * arguments, no missing ones, no text for a number. What JSON lacks travels as {@link WireValues}
 * tells.
 */
final class ToolJson {
  private static final ObjectMapper MAPPER = newMapper();

  private ToolJson() {}

  /** How tools' values are read and written. */
  static ObjectMapper mapper() {
    return MAPPER;
  }

  private static ObjectMapper newMapper() {
    SimpleModule types = new WireModule();
    types.addSerializer(Optional.class, new OptionalSerializer());
    types.addDeserializer(Optional.class, new OptionalDeserializer(null));
    JsonMapper.Builder builder =
        JsonMapper.builder(
                new JsonFactoryBuilder().highestNonEscapedChar(Json.BELOW_SURROGATES).build())
            .addModule(types)
            .annotationIntrospector(
                AnnotationIntrospector.pair(new SealedTypes(), new JacksonAnnotationIntrospector()))
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
    builder.withCoercionConfig(
        LogicalType.Textual,
        config ->
            config
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    return builder.build();
  }

  /**
   * What a call's arguments make: a record, or the map that the tool's schema describes.
   *
   * @throws Misfit with a message for the program if they don't fit
   * @throws ToolException if the record's constructor throws it
   */
  static <I> I bind(Tool<I, ?> tool, ObjectNode arguments) {
    try {
      // Each by itself: all of them together are an object, whatever it looks like.
      arguments.properties().forEach(each -> each.setValue(WireValues.resolve(each.getValue())));
    } catch (IllegalArgumentException e) {
      throw invalid(tool, String.valueOf(e.getMessage()));
    }
    if (tool.inputSchema().isPresent()) {
      return tool.inputType().cast(mapOf(tool, arguments));
    }
    requireKnown(tool, arguments);
    return tool.inputType().isRecord()
        ? recordOf(tool, arguments)
        : tool.inputType().cast(parametersOf(tool, arguments));
  }

  private static Map<String, @Nullable Object> mapOf(Tool<?, ?> tool, ObjectNode arguments) {
    String misfit =
        ToolSchemas.of(tool).input().misfit((ObjectNode) WireValues.schematic(arguments));
    if (misfit != null) {
      throw invalid(tool, misfit);
    }
    return WireValues.map(arguments);
  }

  private static void requireKnown(Tool<?, ?> tool, ObjectNode arguments) {
    Set<String> known = new HashSet<>();
    for (ToolParameter parameter : tool.parameters()) {
      known.add(parameter.name());
      JsonNode value = arguments.get(parameter.name());
      if (parameter.required() && (value == null || value.isNull())) {
        throw invalid(
            tool,
            "argument '"
                + parameter.name()
                + "'"
                + ArgumentTypes.of(tool, parameter.name())
                + (value == null ? " is missing" : " must not be None"));
      }
    }
    for (Iterator<String> names = arguments.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw invalid(tool, "there is no argument '" + name + "'");
      }
    }
  }

  private static <I> I recordOf(Tool<I, ?> tool, ObjectNode arguments) {
    if (SealedTypes.isMember(tool.inputType())) {
      arguments.put(SealedTypes.DISCRIMINATOR, SealedTypes.label(tool.inputType()));
    }
    return tool.inputType().cast(converted(tool, "", arguments, tool.inputType()));
  }

  /** One that is left out is null, or an empty {@code Optional}. */
  private static Map<String, @Nullable Object> parametersOf(Tool<?, ?> tool, ObjectNode arguments) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (ToolParameter parameter : tool.parameters()) {
      JsonNode value = arguments.path(parameter.name());
      map.put(
          parameter.name(),
          value.isMissingNode() || value.isNull()
              ? (rawType(parameter.type()) == Optional.class ? Optional.empty() : null)
              : converted(tool, parameter.name(), value, parameter.type()));
    }
    return map;
  }

  private static Class<?> rawType(Type type) {
    return MAPPER.constructType(type).getRawClass();
  }

  private static Object converted(Tool<?, ?> tool, String name, JsonNode value, Type type) {
    try {
      return MAPPER.treeToValue(value, MAPPER.constructType(type));
    } catch (ValueInstantiationException e) {
      if (e.getCause() instanceof ToolException told) {
        throw told;
      } else if (e.getCause() instanceof IllegalArgumentException why) {
        throw invalid(tool, String.valueOf(why.getMessage()));
      }
      throw new IllegalStateException("The " + type + " of " + tool + " can't be made.", e);
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException(
          "The "
              + type
              + " of "
              + tool
              + " can't be bound: open its package to com.fasterxml.jackson.databind, and use types"
              + " that JSON has.",
          e);
    } catch (JsonMappingException e) {
      String argument = name.isEmpty() && !e.getPath().isEmpty() ? field(e) : name;
      String path = name.isEmpty() ? path(e) : name + path(e);
      throw unfit(tool, path, argument, e);
    } catch (IOException | IllegalArgumentException e) {
      throw name.isEmpty() ? invalid(tool, "the arguments do not fit") : unfit(tool, name, name, e);
    }
  }

  private static Misfit unfit(Tool<?, ?> tool, String path, String argument, Exception why) {
    return invalid(
        tool,
        "argument '"
            + path
            + "' does not fit its type"
            + ArgumentTypes.of(tool, argument)
            + ArgumentTypes.range(why)
            + (why instanceof WireModule.Unfit unfit ? ": " + unfit.getOriginalMessage() : ""));
  }

  private static String field(JsonMappingException e) {
    return String.valueOf(e.getPath().get(0).getFieldName());
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      } else {
        path.append('[').append(reference.getIndex()).append(']');
      }
    }
    return path.toString();
  }

  private static Misfit invalid(Tool<?, ?> tool, String why) {
    return new Misfit(new ToolException("INVALID_ARGUMENT", tool.name() + ": " + why + ".", false));
  }

  /** The program's arguments are wrong; the tool was not run. */
  static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ToolException failure;

    Misfit(ToolException failure) {
      super(failure);
      this.failure = failure;
    }

    ToolException failure() {
      return failure;
    }
  }

  /**
   * The JSON of a tool's result.
   *
   * @throws IOException if it can't be written, or exceeds the cap
   */
  static byte[] encode(@Nullable Object value, int cap) throws IOException {
    CappedBytes out = new CappedBytes(cap);
    MAPPER.writeValue(out, value);
    return out.toByteArray();
  }

  @SuppressWarnings("rawtypes") // Jackson registers serializers by raw class
  private static final class OptionalSerializer extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        provider.defaultSerializeValue(value.get(), json);
      } else {
        json.writeNull();
      }
    }
  }

  @SuppressWarnings("rawtypes") // as above
  private static final class OptionalDeserializer extends JsonDeserializer<Optional>
      implements ContextualDeserializer {
    private final @Nullable JavaType content;

    OptionalDeserializer(@Nullable JavaType content) {
      this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      JavaType type =
          context.getContextualType() != null
              ? context.getContextualType()
              : property != null ? property.getType() : null;
      return new OptionalDeserializer(
          type != null && type.containedTypeCount() == 1 ? type.containedType(0) : null);
    }

    @Override
    public Optional deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      JavaType wanted = content != null ? content : context.constructType(Object.class);
      return Optional.ofNullable(context.readValue(json, wanted));
    }

    @Override
    public Optional getNullValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }
  }
}
