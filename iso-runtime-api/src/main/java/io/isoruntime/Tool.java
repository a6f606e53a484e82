package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Java function that Python may call by name. Immutable; the function must be thread-safe.
 *
 * <p>Its arguments are the components of a Java record: {@code record Add(int a, int b)} makes
 * {@code add(a: int, b: int)} in Python. A component annotated with a type-use {@code @Nullable},
 * or of type {@code Optional}, may be left out. Where there is no record, {@link #ofSchema} takes a
 * JSON Schema.
 *
 * @param <I> the record of its arguments, or the map that a schema describes
 * @param <O> what it returns: a record, a collection, a map, a number, text, {@code byte[]}, {@code
 *     null}
 */
public final class Tool<I, O extends @Nullable Object> {
  private static final Pattern NAME =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,63}(\\.[a-zA-Z][a-zA-Z0-9_]{0,63}){0,3}");

  private static final Pattern ERROR_CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

  private final String name;
  private final Shape<I, O> shape;
  private final AsyncToolFunction<I, O> function;
  private final boolean async;
  private final String description;
  private final Set<ToolHint> hints;
  private final @Nullable Duration deadline;
  private final List<String> errorCodes;

  /** What goes in and comes out. */
  private record Shape<I, O extends @Nullable Object>(
      Class<I> inputType,
      Class<O> outputType,
      Type resultType,
      List<ToolParameter> parameters,
      @Nullable String inputSchema,
      @Nullable String outputSchema) {

    static <I, O extends @Nullable Object> Shape<I, O> ofRecord(
        String tool, Class<I> inputType, Class<O> outputType) {
      if (!inputType.isRecord()) {
        throw new Problem(
                ErrorCode.TOOL_INVALID,
                "The arguments of tool '" + tool + "' are " + inputType.getName() + ", no record.",
                "The tool was not registered.",
                "Declare a record whose components are the arguments, or give ofSchema a schema.")
            .toException();
      }
      return new Shape<>(
          inputType,
          requireNonNull(outputType, "outputType"),
          outputType,
          ToolParameter.ofRecord(inputType),
          null,
          null);
    }
  }

  private Tool(
      String name,
      Shape<I, O> shape,
      AsyncToolFunction<I, O> function,
      boolean async,
      String description,
      Set<ToolHint> hints,
      @Nullable Duration deadline,
      List<String> errorCodes) {
    this.name = name;
    this.shape = shape;
    this.function = requireNonNull(function, "function");
    this.async = async;
    this.description = requireNonNull(description, "description");
    this.hints = Set.copyOf(hints);
    this.deadline = deadline;
    this.errorCodes = List.copyOf(errorCodes);
    if (!NAME.matcher(name).matches()) {
      throw new Problem(
              ErrorCode.TOOL_INVALID,
              "'" + name + "' is not a tool's name.",
              "The tool was not registered.",
              "Use a Python identifier, or up to four joined by dots, such as orders.search.")
          .toException();
    }
  }

  /**
   * A tool from a function of its arguments.
   *
   * @param name a Python identifier, or up to four joined by dots
   * @throws IsoException if the name or the input type can't be used ({@link
   *     ErrorCode#TOOL_INVALID})
   */
  public static <I, O extends @Nullable Object> Tool<I, O> of(
      String name, Class<I> inputType, Class<O> outputType, ToolFunction<? super I, O> function) {
    requireNonNull(function, "function");
    return ofContextual(
        name, inputType, outputType, (arguments, context) -> function.call(arguments));
  }

  /** A tool from a function that wants the call's context; otherwise as {@link #of}. */
  public static <I, O extends @Nullable Object> Tool<I, O> ofContextual(
      String name,
      Class<I> inputType,
      Class<O> outputType,
      ContextualToolFunction<? super I, O> function) {
    requireNonNull(function, "function");
    return make(
        name,
        Shape.ofRecord(name, inputType, outputType),
        (arguments, context) ->
            CompletableFuture.completedFuture(function.call(arguments, context)),
        false);
  }

  /** A tool from a function that answers later; otherwise as {@link #of}. */
  public static <I, O extends @Nullable Object> Tool<I, O> ofAsync(
      String name,
      Class<I> inputType,
      Class<O> outputType,
      AsyncToolFunction<? super I, O> function) {
    requireNonNull(function, "function");
    return make(name, Shape.ofRecord(name, inputType, outputType), function::call, true);
  }

  /**
   * A tool whose arguments and answer are described by JSON Schemas (draft 2020-12) instead of Java
   * types, for functions that are known at run time only. It answers later; a function that has its
   * answer gives a completed stage.
   *
   * <p>The function gets the arguments that the program gave, in its order, as {@code String},
   * {@code Boolean}, {@code Long} or {@code BigInteger}, {@code Double}, {@code BigDecimal}, {@code
   * List}, {@code Map}, {@code byte[]}, a date or time of {@code java.time}, or {@code null}; it
   * answers with the same types. Arguments that don't satisfy the schema never reach it; its answer
   * isn't checked.
   *
   * <p>{@code inputSchema} is an object schema: its properties are the arguments. What the schemas
   * say is examined before the first execution with the tool begins.
   *
   * @param name a Python identifier, or up to four joined by dots
   * @param inputSchema the text of the schema of the arguments
   * @param outputSchema the text of the schema of the answer; {@code {}} if that may be anything
   * @throws IsoException if the name can't be used ({@link ErrorCode#TOOL_INVALID})
   */
  public static Tool<Map<String, @Nullable Object>, @Nullable Object> ofSchema(
      String name,
      String inputSchema,
      String outputSchema,
      AsyncToolFunction<Map<String, @Nullable Object>, @Nullable Object> function) {
    return make(
        name,
        new Shape<>(
            mapType(),
            anyType(),
            Object.class,
            List.of(),
            requireNonNull(inputSchema, "inputSchema"),
            requireNonNull(outputSchema, "outputSchema")),
        function,
        true);
  }

  /** A tool that {@link AnnotatedTools} found; its function gets the arguments by name. */
  static Tool<Map<String, @Nullable Object>, @Nullable Object> ofMethod(
      String name,
      List<ToolParameter> parameters,
      Type resultType,
      AsyncToolFunction<Map<String, @Nullable Object>, @Nullable Object> function,
      boolean async) {
    return make(
        name,
        new Shape<>(mapType(), anyType(), resultType, List.copyOf(parameters), null, null),
        function,
        async);
  }

  private static <I, O extends @Nullable Object> Tool<I, O> make(
      String name, Shape<I, O> shape, AsyncToolFunction<I, O> function, boolean async) {
    return new Tool<>(
        requireNonNull(name, "name"),
        shape,
        function,
        async,
        "",
        EnumSet.noneOf(ToolHint.class),
        null,
        List.of());
  }

  @SuppressWarnings("unchecked") // no class literal says what the map holds
  private static Class<Map<String, @Nullable Object>> mapType() {
    return (Class<Map<String, @Nullable Object>>) (Class<?>) Map.class;
  }

  @SuppressWarnings("unchecked") // nor whether it may be null
  private static Class<@Nullable Object> anyType() {
    return (Class<@Nullable Object>) (Class<?>) Object.class;
  }

  /** The same tool with a description for the model; it becomes the Python docstring. */
  public Tool<I, O> describedAs(String description) {
    return with(description, hints, deadline, errorCodes);
  }

  /** The same tool with these hints. */
  public Tool<I, O> hinted(ToolHint... hints) {
    return with(description, Set.of(hints), deadline, errorCodes);
  }

  /** The same tool with a deadline of its own for each call: 1 ms to 7 days. */
  public Tool<I, O> within(Duration deadline) {
    Checks.range("deadline", deadline, Duration.ofMillis(1), Duration.ofDays(7));
    return with(description, hints, deadline, errorCodes);
  }

  /** The same declaration with another function behind it, which answers later. */
  public Tool<I, O> answeredBy(AsyncToolFunction<? super I, O> function) {
    requireNonNull(function, "function");
    return new Tool<>(name, shape, function::call, true, description, hints, deadline, errorCodes);
  }

  /**
   * The same tool with the codes of failures that its callers may want to tell apart. In Python a
   * {@link ToolException} with one of them is an exception of its own: {@code NOT_FOUND} becomes
   * {@code tools.NotFound}, a subclass of {@code ToolError}.
   *
   * @param codes capital letters, digits and underscores; at most 64
   * @throws IsoException if one is malformed ({@link ErrorCode#TOOL_INVALID})
   */
  public Tool<I, O> raising(String... codes) {
    for (String code : codes) {
      if (!ERROR_CODE.matcher(code).matches()) {
        throw new Problem(
                ErrorCode.TOOL_INVALID,
                "'" + code + "' is not a code that tool '" + name + "' can raise.",
                "The tool was not registered.",
                "Use capital letters, digits and underscores, such as NOT_FOUND.")
            .toException();
      }
    }
    return with(description, hints, deadline, List.of(codes));
  }

  private Tool<I, O> with(
      String description,
      Set<ToolHint> hints,
      @Nullable Duration deadline,
      List<String> errorCodes) {
    return new Tool<>(name, shape, function, async, description, hints, deadline, errorCodes);
  }

  /** The name as Python calls it. */
  public String name() {
    return name;
  }

  /** The record of its arguments; {@code Map} where there is none. */
  public Class<I> inputType() {
    return shape.inputType;
  }

  /** What it returns; {@code Object} where a schema or a method says it. */
  public Class<O> outputType() {
    return shape.outputType;
  }

  /** The function. */
  public AsyncToolFunction<I, O> function() {
    return function;
  }

  /** Whether the function answers later; if not, it may block its thread. */
  public boolean isAsync() {
    return async;
  }

  /** The description; may be empty. */
  public String description() {
    return description;
  }

  /** The hints. */
  public Set<ToolHint> hints() {
    return hints;
  }

  /** The deadline of each call, where the tool has its own. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** The arguments, in their order; empty where a schema describes them. */
  public List<ToolParameter> parameters() {
    return shape.parameters;
  }

  /** What it returns, with what is known of its type arguments. */
  public Type resultType() {
    return shape.resultType;
  }

  /** The codes of failures that are exceptions of their own in Python. */
  public List<String> errorCodes() {
    return errorCodes;
  }

  /** The JSON Schema of its arguments, where the tool was made with one. */
  public Optional<String> inputSchema() {
    return Optional.ofNullable(shape.inputSchema);
  }

  /** The JSON Schema of its answer, where the tool was made with one. */
  public Optional<String> outputSchema() {
    return Optional.ofNullable(shape.outputSchema);
  }

  @Override
  public String toString() {
    return "Tool[" + name + "]";
  }
}
