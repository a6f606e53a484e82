package io.isoruntime;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes tools of the methods that bear {@link ToolMethod}. */
final class AnnotatedTools {
  private AnnotatedTools() {}

  /** The tools of an object, in the order of their methods' names. */
  static List<Tool<?, ?>> of(Object holder) {
    List<Method> methods =
        Arrays.stream(holder.getClass().getMethods())
            .filter(method -> method.isAnnotationPresent(ToolMethod.class) && !method.isBridge())
            .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
            .toList();
    for (Method method : holder.getClass().getDeclaredMethods()) {
      if (method.isAnnotationPresent(ToolMethod.class)
          && !Modifier.isPublic(method.getModifiers())) {
        throw invalid(method, "it is not public", "Make it public.");
      }
    }
    if (methods.isEmpty()) {
      throw new Problem(
              ErrorCode.TOOL_INVALID,
              holder.getClass().getName() + " has no tools.",
              "Nothing was registered.",
              holder instanceof Class<?> type
                  ? "Give an object of " + type.getName() + ", not the class."
                  : "Annotate public methods with @ToolMethod.")
          .toException();
    }
    return methods.stream().<Tool<?, ?>>map(method -> of(holder, method)).toList();
  }

  private static Tool<?, ?> of(Object holder, Method method) {
    open(method);
    Parameter[] declared = method.getParameters();
    Set<String> names = new HashSet<>();
    List<ToolParameter> parameters =
        Arrays.stream(declared)
            .filter(parameter -> parameter.getType() != ToolContext.class)
            .map(parameter -> parameter(method, parameter))
            .toList();
    for (ToolParameter parameter : parameters) {
      if (!names.add(parameter.name())) {
        throw invalid(
            method,
            "two parameters are called '" + parameter.name() + "'",
            "Name them apart by @ToolParam.");
      }
    }
    ToolMethod told = method.getAnnotation(ToolMethod.class);
    boolean async = CompletionStage.class.isAssignableFrom(method.getReturnType());
    return Tool.ofMethod(
            told.value().isEmpty() ? method.getName() : told.value(),
            parameters,
            async ? answer(method) : method.getGenericReturnType(),
            new Invocation(holder, method, parameters),
            async)
        .describedAs(told.description())
        .hinted(told.hints())
        .raising(told.raises());
  }

  private static void open(Method method) {
    try {
      method.setAccessible(true); // a public method of a class that isn't public
    } catch (InaccessibleObjectException e) {
      throw invalid(
          method,
          "its package is not open to " + AnnotatedTools.class.getModule(),
          "Open the package, or make the class public and export it.");
    }
  }

  private static ToolParameter parameter(Method method, Parameter parameter) {
    ToolParam told = parameter.getAnnotation(ToolParam.class);
    if (!parameter.isNamePresent() && (told == null || told.value().isEmpty())) {
      throw invalid(
          method,
          "the names of its parameters are not known",
          "Compile with -parameters, or name them by @ToolParam.");
    }
    return ToolParameter.of(parameter);
  }

  /** What a stage holds. */
  private static Type answer(Method method) {
    return method.getGenericReturnType() instanceof ParameterizedType stage
            && stage.getActualTypeArguments().length == 1
        ? stage.getActualTypeArguments()[0]
        : Object.class;
  }

  private record Invocation(Object holder, Method method, List<ToolParameter> parameters)
      implements AsyncToolFunction<Map<String, @Nullable Object>, @Nullable Object> {

    @Override
    @SuppressWarnings("unchecked") // what the stage holds is described by its type
    public CompletionStage<@Nullable Object> call(
        Map<String, @Nullable Object> arguments, ToolContext context) throws Exception {
      @Nullable Object[] values = new Object[method.getParameterCount()];
      int given = 0;
      for (int i = 0; i < values.length; i++) {
        values[i] =
            method.getParameterTypes()[i] == ToolContext.class
                ? context
                : arguments.get(parameters.get(given++).name());
      }
      Object answer;
      try {
        answer = method.invoke(holder, values);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
      return answer instanceof CompletionStage<?> stage
          ? (CompletionStage<@Nullable Object>) stage
          : CompletableFuture.completedFuture(answer);
    }
  }

  private static IsoException invalid(Method method, String why, String remedy) {
    return new Problem(
            ErrorCode.TOOL_INVALID,
            "The method "
                + method.getDeclaringClass().getName()
                + "."
                + method.getName()
                + " can't be a tool: "
                + why
                + ".",
            "It was not registered.",
            remedy)
        .toException();
  }
}
