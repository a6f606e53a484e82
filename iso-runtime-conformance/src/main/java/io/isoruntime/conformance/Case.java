package io.isoruntime.conformance;

import io.isoruntime.Control;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One attack or fault: how it is tried, and what must come of it. Immutable. */
public final class Case {
  private final String id;
  private final String title;
  private final String required;
  private final Set<Control> proves;
  private final Set<Control> dependsOn;
  private final Map<Platform, String> notApplicable;
  private final Map<Platform, String> leftOut;
  private final Trial trial;

  private Case(Builder builder, Trial trial) {
    this.id = builder.id;
    this.title = builder.title;
    this.required = builder.required;
    this.proves = Set.copyOf(builder.proves);
    this.dependsOn = Set.copyOf(builder.dependsOn);
    this.notApplicable = Map.copyOf(builder.notApplicable);
    this.leftOut = Map.copyOf(builder.leftOut);
    this.trial = trial;
  }

  /**
   * Begins a case.
   *
   * @param id a theme's letter and a number; never given to another case
   * @param title the attack or fault
   * @param required what must come of it
   */
  static Builder of(String id, String title, String required) {
    return new Builder(id, title, required);
  }

  /** Such as {@code K8}. */
  public String id() {
    return id;
  }

  /** The attack or fault, in a few words. */
  public String title() {
    return title;
  }

  /** What must come of it. */
  public String required() {
    return required;
  }

  /** The controls of which this case is a proof; none where the supervisor's flow protects. */
  public Set<Control> proves() {
    return proves;
  }

  /** Those of {@link #proves()} without which the attack works: a runtime must refuse then. */
  public Set<Control> dependsOn() {
    return dependsOn;
  }

  /** Why it says nothing about a platform, if so. */
  public Optional<String> notApplicable(Platform platform) {
    return Optional.ofNullable(notApplicable.get(platform));
  }

  /** Why it is tried on a platform only where its engine is expendable, if so. */
  public Optional<String> leftOut(Platform platform) {
    return Optional.ofNullable(leftOut.get(platform));
  }

  Finding tryOn(Stage stage) throws Exception {
    return trial.on(stage);
  }

  @Override
  public String toString() {
    return id + " " + title;
  }

  /** Collects what is known of a case; its trial ends it. */
  static final class Builder {
    private final String id;
    private final String title;
    private final String required;
    private final Set<Control> proves = EnumSet.noneOf(Control.class);
    private final Set<Control> dependsOn = EnumSet.noneOf(Control.class);
    private final Map<Platform, String> notApplicable = new EnumMap<>(Platform.class);
    private final Map<Platform, String> leftOut = new EnumMap<>(Platform.class);

    private Builder(String id, String title, String required) {
      this.id = id;
      this.title = title;
      this.required = required;
    }

    /** Controls of which it is a proof; another line of defence holds without them. */
    Builder proves(Control... controls) {
      proves.addAll(Arrays.asList(controls));
      return this;
    }

    /** Controls without which the attack works. */
    Builder dependsOn(Control... controls) {
      dependsOn.addAll(Arrays.asList(controls));
      return proves(controls);
    }

    Builder notOn(Platform platform, String reason) {
      notApplicable.put(platform, reason);
      return this;
    }

    /** For a case about engines. */
    Builder onlyWithAnEngine() {
      String reason = "there is no engine";
      return notOn(Platform.SUBPROCESS_ROOT, reason).notOn(Platform.SUBPROCESS_USER, reason);
    }

    /** Tried with an engine only if there is {@link Subject#expendableEngine}. */
    Builder onlyWithAnExpendableEngine(String reason) {
      for (Platform platform : Platform.values()) {
        if (platform.hasEngine()) {
          leftOut.put(platform, reason);
        }
      }
      return this;
    }

    /** The case whose program tells for each of its attempts what came of it. */
    Case program(String file) {
      return trial(stage -> stage.attack(Attack.of(file)));
    }

    /** The case that is tried so. */
    Case trial(Trial trial) {
      return new Case(this, trial);
    }
  }
}
