package io.isoruntime.supervisor.tools;

import java.util.stream.Collectors;

/** A value of a type, as an expression that shows its form. */
final class PythonExample {
  private static final int MAX_DEPTH = 3;

  private PythonExample() {}

  static String of(PythonType type, PythonTypes types) {
    return of(type, types, 0);
  }

  private static String of(PythonType type, PythonTypes types, int depth) {
    if (depth > MAX_DEPTH) {
      return "...";
    } else if (type instanceof PythonType.Named named) {
      return ofNamed(named);
    } else if (type instanceof PythonType.ListOf list) {
      return "[" + of(list.element(), types, depth + 1) + "]";
    } else if (type instanceof PythonType.DictOf dict) {
      return "{\"key\": " + of(dict.value(), types, depth + 1) + "}";
    } else if (type instanceof PythonType.Literal literal) {
      return literal.values().get(0);
    } else if (type instanceof PythonType.Union union) {
      return of(union.choices().get(0), types, depth);
    }
    return types
        .definition(((PythonType.Defined) type).name())
        .map(
            definition ->
                definition instanceof PythonTypes.Alias alias
                    ? of(alias.type(), types, depth + 1)
                    : ofFields((PythonTypes.Fields) definition, types, depth))
        .orElse("...");
  }

  private static String ofFields(PythonTypes.Fields fields, PythonTypes types, int depth) {
    return fields.members().entrySet().stream()
        .filter(member -> member.getValue().required())
        .map(
            member ->
                PythonText.literal(member.getKey())
                    + ": "
                    + of(member.getValue().type(), types, depth + 1))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String ofNamed(PythonType.Named named) {
    String zone = named.isNaive() ? "" : ", tzinfo=timezone.utc";
    return switch (named.name()) {
      case "str" -> "\"text\"";
      case "int" -> "1";
      case "float" -> "1.5";
      case "bool" -> "True";
      case "bytes" -> "b\"data\"";
      case "None" -> "None";
      case "Decimal" -> "Decimal(\"1.10\")";
      case "datetime" -> "datetime(2025, 1, 31, 12, 0" + zone + ")";
      case "date" -> "date(2025, 1, 31)";
      case "time" -> "time(12, 0" + zone + ")";
      case "timedelta" -> "timedelta(minutes=5)";
      default -> "...";
    };
  }
}
