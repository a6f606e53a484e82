package embedder;

import io.isoruntime.ToolRegistry;

/** The smallest program that uses the library. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("tools: " + ToolRegistry.empty().tools().size());
  }
}
