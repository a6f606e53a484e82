package io.isoruntime.testkit;

import io.isoruntime.Tool;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tools that contract tests lend to programs. */
final class ContractTools {
  private ContractTools() {}

  /** Arguments of {@link #add()}. */
  public record Add(int a, int b) {}

  /** Arguments of {@link #search()}. */
  public record Query(String text, Optional<Integer> limit) {}

  /** What {@link #search()} finds. */
  public record Page(List<Order> orders, boolean more) {}

  /** An order. */
  public record Order(long id, String customer, double total) {}

  /** Arguments of {@link #blob()}. */
  public record Size(int size) {}

  static Tool<Add, Integer> add() {
    return Tool.of("add", Add.class, Integer.class, numbers -> numbers.a + numbers.b)
        .describedAs("Adds two numbers.");
  }

  /** A name of two parts, an optional argument, records within lists as the answer. */
  static Tool<Query, Page> search() {
    return Tool.of(
        "orders.search",
        Query.class,
        Page.class,
        query ->
            new Page(
                List.of(new Order(7, query.text, query.limit.orElse(100) / 8.0)),
                query.limit.isPresent()));
  }

  static Tool<Size, byte[]> blob() {
    return Tool.of(
        "blob",
        Size.class,
        byte[].class,
        arguments -> {
          byte[] bytes = new byte[arguments.size];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
          }
          return bytes;
        });
  }

  /** The object that a JSON file holds. */
  static Map<?, ?> jsonObject(Path file) throws IOException {
    return Expect.map(json(file));
  }

  /** What a JSON file holds: maps, lists and scalars, integers as {@code Long}. */
  static @Nullable Object json(Path file) throws IOException {
    return Json.plain(Files.readAllBytes(file));
  }
}
