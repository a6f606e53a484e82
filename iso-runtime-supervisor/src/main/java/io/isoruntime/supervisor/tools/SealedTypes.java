package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sealed interface of records is a union: each of its values tells in the member {@code type} by
 * the simple name of its record which of them it is. Where the embedder has annotated the types
 * with {@code @JsonTypeInfo}, that counts instead.
 */
final class SealedTypes extends NopAnnotationIntrospector {
  /** The member that tells which record a value is. */
  static final String DISCRIMINATOR = "type";

  private static final long serialVersionUID = 1L;

  /** Whether this is a union: a sealed interface, all of whose values are records. */
  static boolean isUnion(Class<?> type) {
    return type.isInterface()
        && type.isSealed()
        && !type.isAnnotationPresent(JsonTypeInfo.class)
        && Arrays.stream(type.getPermittedSubclasses())
            .allMatch(permitted -> permitted.isRecord() || isUnion(permitted));
  }

  /** Whether this record is one of a union. */
  static boolean isMember(Class<?> type) {
    return type.isRecord() && hasUnion(type);
  }

  private static boolean hasUnion(Class<?> type) {
    return Arrays.stream(type.getInterfaces()).anyMatch(each -> isUnion(each) || hasUnion(each));
  }

  /** The records of a union, in the order in which they are permitted. */
  static List<Class<?>> members(Class<?> union) {
    return Arrays.stream(union.getPermittedSubclasses())
        .<Class<?>>flatMap(each -> each.isRecord() ? Stream.of(each) : members(each).stream())
        .distinct()
        .toList();
  }

  /** What the discriminator says of this record. */
  static String label(Class<?> member) {
    return member.getSimpleName();
  }

  @Override
  public @Nullable TypeResolverBuilder<?> findTypeResolver(
      MapperConfig<?> config, AnnotatedClass type, JavaType base) {
    Class<?> raw = type.getRawType();
    if (!isUnion(raw) && !isMember(raw)) {
      return null;
    }
    JsonTypeInfo.Value info =
        JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, DISCRIMINATOR, null, false, true);
    return new StdTypeResolverBuilder(info);
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated type) {
    return type instanceof AnnotatedClass && isUnion(type.getRawType())
        ? members(type.getRawType()).stream()
            .map(member -> new NamedType(member, label(member)))
            .toList()
        : null;
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass type) {
    return isMember(type.getRawType()) ? label(type.getRawType()) : null;
  }
}
