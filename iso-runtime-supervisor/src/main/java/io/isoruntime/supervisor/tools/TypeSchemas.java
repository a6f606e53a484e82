package io.isoruntime.supervisor.tools;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import io.isoruntime.ToolParam;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas of Java types, as {@link ToolJson} binds them. What a schema can't tell, such as a
 * class that is no record, may be anything. Not thread-safe.
 */
final class TypeSchemas {
  private static final String DEFINITIONS = "$defs";
  private static final Map<Class<?>, String[]> TEXTS =
      Map.ofEntries(
          text(byte[].class, "contentEncoding", "base64"),
          text(BigDecimal.class, "format", "decimal"),
          text(OffsetDateTime.class, "format", "date-time"),
          text(ZonedDateTime.class, "format", "date-time"),
          text(Instant.class, "format", "date-time"),
          text(LocalDateTime.class, "format", "local-date-time"),
          text(LocalDate.class, "format", "date"),
          text(OffsetTime.class, "format", "time"),
          text(LocalTime.class, "format", "local-time"),
          text(Duration.class, "format", "duration"),
          text(UUID.class, "format", "uuid"),
          text(URI.class, "format", "uri"));
  private static final Map<Class<?>, Number[]> INTEGERS =
      Map.of(
          Byte.class, new Number[] {Byte.MIN_VALUE, Byte.MAX_VALUE},
          Short.class, new Number[] {Short.MIN_VALUE, Short.MAX_VALUE},
          Integer.class, new Number[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
          Long.class, new Number[] {Long.MIN_VALUE, Long.MAX_VALUE},
          BigInteger.class, new Number[] {});
  private static final SchemaGenerator GENERATOR = generator();

  private final SchemaBuilder builder = GENERATOR.buildMultipleSchemaDefinitions();

  private static Map.Entry<Class<?>, String[]> text(Class<?> type, String... keyword) {
    return Map.entry(type, keyword);
  }

  private static SchemaGenerator generator() {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(
            ToolJson.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON);
    config.with(
        Option.DEFINITIONS_FOR_ALL_OBJECTS,
        Option.DEFINITIONS_FOR_MEMBER_SUPERTYPES,
        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT);
    config.without(Option.FLATTENED_OPTIONALS); // it forgets that an element may be absent
    config
        .forTypesInGeneral()
        .withPropertySorter(Comparator.comparingInt(field -> 0)) // as they are declared
        .withCustomDefinitionProvider(TypeSchemas::definition)
        .withTypeAttributeOverride(
            (schema, scope, context) -> discriminate(schema, scope.getType().getErasedType()));
    config
        .forFields()
        .withPropertyNameOverrideResolver(TypeSchemas::renamed)
        .withRequiredCheck(field -> !isOptional(field))
        .withNullableCheck(TypeSchemas::isOptional)
        .withTargetTypeOverridesResolver(TypeSchemas::withoutOptional)
        .withDescriptionResolver(TypeSchemas::described);
    return new SchemaGenerator(config.build());
  }

  /** A reference to the schema of a type, complete once {@link #definitions} was called. */
  ObjectNode reference(Type type) {
    return builder.createSchemaReference(type);
  }

  /** What the references refer to, below {@code #/$defs/}. */
  ObjectNode definitions() {
    return builder.collectDefinitions(DEFINITIONS);
  }

  private static @Nullable CustomDefinition definition(
      ResolvedType type, SchemaGenerationContext context) {
    Class<?> raw = type.getErasedType();
    if (SealedTypes.isUnion(raw)) {
      return union(raw, context);
    } else if (raw.isRecord() || isCollection(raw)) {
      return null;
    }
    ObjectNode schema = context.getGeneratorConfig().createObjectNode();
    Class<?> boxed = MethodType.methodType(raw).wrap().returnType();
    String[] keyword = TEXTS.get(raw);
    Number[] range = INTEGERS.get(boxed);
    if (raw == Optional.class) {
      return inline(nullable(type, context));
    } else if (keyword != null) {
      schema.put("type", "string").put(keyword[0], keyword[1]);
    } else if (range != null) {
      schema.put("type", "integer");
      if (range.length > 0) {
        schema.put("minimum", range[0].longValue()).put("maximum", range[1].longValue());
      }
    } else if (boxed == Double.class || boxed == Float.class) {
      schema.put("type", "number");
    } else if (boxed == Boolean.class) {
      schema.put("type", "boolean");
    } else if (boxed == Character.class || CharSequence.class.isAssignableFrom(raw)) {
      schema.put("type", "string");
    } else if (raw.isEnum()) {
      var values = schema.putArray("enum");
      for (Object constant : raw.getEnumConstants()) {
        values.add(ToolJson.mapper().<JsonNode>valueToTree(constant));
      }
    } else if (boxed == Void.class) {
      schema.put("type", "null");
    } else if (Map.class.isAssignableFrom(raw)) {
      schema.put("type", "object");
      var content = type.typeParametersFor(Map.class);
      if (content != null && content.size() == 2) {
        schema.set("additionalProperties", context.createDefinitionReference(content.get(1)));
      }
    }
    return inline(schema);
  }

  private static boolean isCollection(Class<?> raw) {
    return (raw.isArray() && raw != byte[].class) || Collection.class.isAssignableFrom(raw);
  }

  private static CustomDefinition inline(ObjectNode schema) {
    return new CustomDefinition(
        schema, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.NO);
  }

  private static CustomDefinition union(Class<?> raw, SchemaGenerationContext context) {
    ObjectNode schema = context.getGeneratorConfig().createObjectNode();
    var members = schema.putArray("anyOf");
    for (Class<?> member : SealedTypes.members(raw)) {
      members.add(context.createDefinitionReference(context.getTypeContext().resolve(member)));
    }
    return new CustomDefinition(
        schema, CustomDefinition.DefinitionType.STANDARD, CustomDefinition.AttributeInclusion.NO);
  }

  private static ObjectNode nullable(ResolvedType optional, SchemaGenerationContext context) {
    ObjectNode schema = context.getGeneratorConfig().createObjectNode();
    var content = optional.typeParametersFor(Optional.class);
    if (content != null && content.size() == 1) {
      var choices = schema.putArray("anyOf");
      choices.add(context.createDefinitionReference(content.get(0)));
      choices.addObject().put("type", "null");
    }
    return schema;
  }

  private static void discriminate(ObjectNode schema, Class<?> type) {
    if (!SealedTypes.isMember(type)) {
      return;
    }
    ObjectNode components = (ObjectNode) schema.remove("properties");
    JsonNode required = schema.remove("required");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject(SealedTypes.DISCRIMINATOR).put("const", SealedTypes.label(type));
    var all = schema.putArray("required").add(SealedTypes.DISCRIMINATOR);
    if (components != null) {
      properties.setAll(components);
    }
    if (required != null) {
      required.forEach(all::add);
    }
  }

  private static @Nullable String renamed(FieldScope field) {
    JsonProperty property = field.getAnnotationConsideringFieldAndGetter(JsonProperty.class);
    return property == null || property.value().isEmpty() ? null : property.value();
  }

  private static @Nullable List<ResolvedType> withoutOptional(FieldScope field) {
    ResolvedType type = field.getType();
    if (type == null
        || type.getErasedType() != Optional.class
        || field.isFakeContainerItemScope()) {
      return null;
    }
    var content = type.typeParametersFor(Optional.class);
    return content == null || content.isEmpty() ? null : List.of(content.get(0));
  }

  private static boolean isOptional(FieldScope field) {
    return !field.isFakeContainerItemScope()
        && component(field)
            .map(
                component ->
                    component.getType() == Optional.class
                        || isNullable(component.getAnnotatedType())
                        || isNullable(component)
                        || isNullable(component.getAccessor()))
            .orElse(false);
  }

  private static @Nullable String described(FieldScope field) {
    return component(field)
        .map(component -> component.getAnnotation(ToolParam.class))
        .map(ToolParam::description)
        .filter(description -> !description.isEmpty() && !field.isFakeContainerItemScope())
        .orElse(null);
  }

  private static Optional<RecordComponent> component(FieldScope field) {
    Class<?> owner = field.getRawMember().getDeclaringClass();
    return owner.isRecord()
        ? Arrays.stream(owner.getRecordComponents())
            .filter(component -> component.getName().equals(field.getRawMember().getName()))
            .findFirst()
        : Optional.empty();
  }

  private static boolean isNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }
}
