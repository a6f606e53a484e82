package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.ToolRegistryProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * The tools of an example, compiled here and added to the class path as by ISO_CLASSPATH: the
 * examples are built after the command, and this tests with the very ones.
 */
final class ExampleTools implements AutoCloseable {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final URLClassLoader loader;
  private final String provider;

  private ExampleTools(Path classes, String provider) throws IOException {
    this.provider = provider;
    this.loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
  }

  static ExampleTools weather(Path directory) throws IOException {
    Path sources = Path.of(System.getProperty("iso.root", ".."), "examples/src/main");
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String services = "META-INF/services/" + ToolRegistryProvider.class.getName();
    Files.createDirectories(classes.resolve("META-INF/services"));
    Files.copy(sources.resolve("resources").resolve(services), classes.resolve(services));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-d",
                classes.toString(),
                sources.resolve("java/io/isoruntime/examples/WeatherTools.java").toString());
    assertEquals(0, status);
    List<String> names = Files.readAllLines(classes.resolve(services));
    return new ExampleTools(classes, names.get(0));
  }

  String provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }
}
