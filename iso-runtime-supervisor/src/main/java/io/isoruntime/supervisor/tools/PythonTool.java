package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tool as Python sees it.
 *
 * @param name as calls name it
 * @param path as programs name it
 * @param parameters required ones first, as Python wants them
 * @param raises codes of failures, and the classes of their exceptions
 */
record PythonTool(
    String name,
    List<String> path,
    List<Parameter> parameters,
    PythonType returns,
    String description,
    Map<String, String> raises) {

  /**
   * An argument.
   *
   * @param name as calls name it
   * @param spelled as programs name it
   * @param initial the JSON of what it is when it isn't given; {@code null} if it is not sent then
   */
  record Parameter(
      String name,
      String spelled,
      PythonType type,
      boolean required,
      @Nullable JsonNode initial,
      String description) {

    /** With its annotation and what it is when it isn't given. */
    String render(UnaryOperator<String> qualified) {
      String text = spelled + ": " + type.render(qualified);
      return required
          ? text
          : text + " = " + (initial == null ? "..." : PythonText.scalar(initial));
    }
  }

  static List<Parameter> ordered(List<Parameter> parameters) {
    List<Parameter> ordered = new ArrayList<>(parameters);
    ordered.sort(Comparator.comparing(each -> !each.required));
    return List.copyOf(ordered);
  }

  String dotted() {
    return String.join(".", path);
  }

  /** Such as {@code (customer: str, limit: int | None = None) -> list[Order]}. */
  String signature(UnaryOperator<String> qualified) {
    return parameters.stream()
            .map(each -> each.render(qualified))
            .collect(Collectors.joining(", ", "(", ")"))
        + " -> "
        + returns.render(qualified);
  }

  /** What it does, in one line of what can be seen; may be empty. */
  String brief() {
    return PythonText.firstLine(description);
  }

  /** Such as {@code orders.search(customer: str) -> list[Order] # Finds orders by customer.} */
  String line() {
    String brief = brief();
    return dotted() + signature(UnaryOperator.identity()) + (brief.isEmpty() ? "" : "  # " + brief);
  }

  /** What is said of it and of its arguments; may be empty. */
  String about() {
    String arguments =
        parameters.stream()
            .filter(each -> !each.description.isEmpty())
            .map(each -> "\n    " + each.spelled + ": " + indented(each.description))
            .collect(Collectors.joining());
    return (description.strip() + (arguments.isEmpty() ? "" : "\n\nArgs:" + arguments)).strip();
  }

  /** Lines of an argument's description don't look like sections of the whole. */
  private static String indented(String description) {
    return String.join("\n        ", description.strip().lines().toList());
  }

  /** What {@code help} shows: description, arguments, errors and an example. */
  String documentation(PythonTypes types) {
    StringBuilder text = new StringBuilder(about()).append("\n\nRaises:");
    raises.forEach((code, type) -> text.append("\n    ").append(type).append(": ").append(code));
    text.append("\n    ToolError: any other failure; see its code");
    text.append("\n\nExample:\n    ").append(dotted()).append(example(types));
    return text.toString().strip();
  }

  private String example(PythonTypes types) {
    return parameters.stream()
        .filter(Parameter::required)
        .map(each -> each.spelled + "=" + PythonExample.of(each.type, types))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
