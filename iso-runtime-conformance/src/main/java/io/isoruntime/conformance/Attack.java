package io.isoruntime.conformance;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An attack program and where it is run. Each program may {@code import attack}, the module by
 * which it tells what came of its attempts. Immutable.
 */
record Attack(
    String file,
    Map<String, Object> parameters,
    SandboxProfile profile,
    Optional<ExecutionLimits> limits,
    ToolRegistry tools,
    Unprotected unprotected) {

  /**
   * A sandbox that is small, so that exhausting it is quick and harmless, in which every program of
   * the corpus can run.
   */
  static final SandboxProfile SMALL =
      SandboxProfile.builder()
          .memoryBytes(128L << 20)
          .storageBytes(16L << 20)
          .storageInodes(2_000)
          .processes(48)
          .build();

  /** The attack of this file, named relative to this package, such as {@code kernel/k08.py}. */
  static Attack of(String file) {
    return new Attack(
        file, Map.of(), SMALL, Optional.empty(), ToolRegistry.empty(), Unprotected.BARE);
  }

  /** Gives the program {@code attack.PARAMETERS[name]}: text, a number, a boolean or a list. */
  Attack with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Attack(file, more, profile, limits, tools, unprotected);
  }

  Attack in(SandboxProfile other) {
    return new Attack(file, parameters, other, limits, tools, unprotected);
  }

  /** With other limits than {@link Stage#limits}. */
  Attack within(ExecutionLimits other) {
    return new Attack(file, parameters, profile, Optional.of(other), tools, unprotected);
  }

  Attack tools(ToolRegistry other) {
    return new Attack(file, parameters, profile, limits, other, unprotected);
  }

  /** Where it is shown that the attack works. */
  Attack shownIn(Unprotected other) {
    return new Attack(file, parameters, profile, limits, tools, other);
  }

  /** The whole text to run, for inside or outside of a sandbox. */
  String code(boolean isProtected) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return """
        import sys, types
        attack = types.ModuleType("attack")
        exec(compile(%s, "attack.py", "exec"), attack.__dict__)
        attack.PROTECTED = %s
        attack.PARAMETERS.update(__import__("json").loads(%s))
        sys.modules["attack"] = attack
        exec(compile(%s, "%s", "exec"))
        """
        .formatted(
            literal(resource("attack.py")),
            isProtected ? "True" : "False",
            literal(Json.text(parameters)),
            literal(resource(file)),
            name);
  }

  /** JSON's strings are Python's, but for one escape that neither needs. */
  private static String literal(String text) {
    return Json.text(text);
  }

  /** The text of a file of the corpus. */
  static String resource(String file) {
    try (InputStream in = Attack.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The corpus lacks its file " + file + ".");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
