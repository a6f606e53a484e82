package io.isoruntime.cli.doctor;

import io.isoruntime.PathTranslator;
import io.isoruntime.docker.EngineDiagnosis;
import io.isoruntime.docker.EngineDiagnosis.Disk;
import io.isoruntime.docker.EngineDiagnosis.Image;
import io.isoruntime.docker.EngineDiagnosis.Limits;
import io.isoruntime.docker.EngineDiagnosis.Origin;
import io.isoruntime.docker.EngineDiagnosis.Paths;
import io.isoruntime.docker.EngineDiagnosis.Runtimes;
import io.isoruntime.docker.EngineDiagnosis.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A made-up engine on which all is well, and its changes for the worse. */
final class Engines {
  static final Version VERSION = new Version("20.10.24", "1.41", true, "1.41");
  static final Limits LIMITS = new Limits("v2, systemd", true, true, true, true);
  static final Optional<Image> IMAGE = Optional.of(new Image("sha256:aa", Optional.of("2"), "2"));
  static final Paths SAME = new Paths(Optional.empty(), Origin.SAME, PathTranslator.identity());
  static final Disk ROOMY = new Disk("/var/lib/docker", OptionalLong.of(5L << 30));

  Version version = VERSION;
  Limits limits = LIMITS;
  Optional<String> seccomp = Optional.of("default");
  boolean remapsUsers;
  Optional<Image> image = IMAGE;
  Duration clockAhead = Duration.ofMillis(-120);
  Disk disk = ROOMY;

  EngineDiagnosis made() {
    return new EngineDiagnosis(
        "unix:///var/run/docker.sock",
        version,
        limits,
        seccomp,
        remapsUsers,
        new Runtimes(Set.of("runc", "runsc"), "runc"),
        image,
        SAME,
        clockAhead,
        disk,
        List.of());
  }
}
