package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One argument of a tool.
 *
 * @param name as the program calls it, unless Python can't spell it
 * @param type its Java type
 * @param required whether it must be given
 * @param description for the model; may be empty
 */
public record ToolParameter(String name, Type type, boolean required, String description) {
  /** Checks. */
  public ToolParameter {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(description, "description");
  }

  /** The arguments that the components of a record make. */
  static List<ToolParameter> ofRecord(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(ToolParameter::of).toList();
  }

  private static ToolParameter of(RecordComponent component) {
    boolean optional =
        component.getType() == Optional.class
            || isNullable(component.getAnnotatedType())
            || isNullable(component)
            || isNullable(component.getAccessor());
    return new ToolParameter(
        component.getName(),
        component.getGenericType(),
        !optional,
        description(component.getAnnotation(ToolParam.class)));
  }

  /** The argument that a method's parameter makes; its name must be known. */
  static ToolParameter of(Parameter parameter) {
    ToolParam told = parameter.getAnnotation(ToolParam.class);
    boolean optional =
        parameter.getType() == Optional.class
            || isNullable(parameter.getAnnotatedType())
            || isNullable(parameter);
    return new ToolParameter(
        told != null && !told.value().isEmpty() ? told.value() : parameter.getName(),
        parameter.getParameterizedType(),
        !optional,
        description(told));
  }

  private static String description(@Nullable ToolParam told) {
    return told == null ? "" : told.description();
  }

  /** Any annotation of that name counts, since several libraries have one. */
  private static boolean isNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }
}
