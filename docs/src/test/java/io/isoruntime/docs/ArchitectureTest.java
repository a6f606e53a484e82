package io.isoruntime.docs;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages, and what public signatures may mention. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.isoruntime");

  @Test
  void modulesDependOnlyTowardsTheApi() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("api")
        .definedBy("io.isoruntime")
        .layer("supervisor")
        .definedBy("io.isoruntime.supervisor..")
        .layer("subprocess")
        .definedBy("io.isoruntime.subprocess..")
        .layer("toolhost")
        .definedBy("io.isoruntime.toolhost..")
        .layer("docker")
        .definedBy("io.isoruntime.docker..")
        .layer("conformance")
        .definedBy("io.isoruntime.conformance..")
        .layer("testkit")
        .definedBy("io.isoruntime.testkit..")
        .layer("cli")
        .definedBy("io.isoruntime.cli..")
        .whereLayer("api")
        .mayNotAccessAnyLayer()
        .whereLayer("supervisor")
        .mayOnlyAccessLayers("api")
        .whereLayer("subprocess")
        .mayOnlyAccessLayers("api", "supervisor")
        .whereLayer("toolhost")
        .mayOnlyAccessLayers("api", "supervisor")
        .whereLayer("docker")
        .mayOnlyAccessLayers("api", "supervisor", "toolhost")
        .whereLayer("conformance")
        .mayOnlyAccessLayers("api", "supervisor")
        .whereLayer("testkit")
        .mayOnlyAccessLayers("api", "supervisor", "conformance")
        .whereLayer("cli")
        .mayOnlyAccessLayers("api", "supervisor", "subprocess", "toolhost", "docker", "conformance")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    SliceAssignment eachPackage =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
          }

          @Override
          public String getDescription() {
            return "packages";
          }
        };
    slices().assignedFrom(eachPackage).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void publicSignaturesMentionNoLibrary() {
    classes()
        .that()
        .resideInAnyPackage(
            "io.isoruntime",
            "io.isoruntime.subprocess..",
            "io.isoruntime.toolhost..",
            "io.isoruntime.docker..",
            "io.isoruntime.conformance..",
            "io.isoruntime.testkit..")
        .and(arePublicAllTheWay())
        .should(
            mentionNothingOf(
                "com.fasterxml.",
                "org.newsclub.",
                "com.github.victools.",
                "com.networknt.",
                "org.slf4j.",
                "picocli.",
                "com.github.dockerjava."))
        .because("a library that embedders see is one that they can't choose")
        .check(CLASSES);
  }

  @Test
  void backEndsShowNothingOfTheSupervisor() {
    classes()
        .that()
        .resideInAnyPackage(
            "io.isoruntime.subprocess..", "io.isoruntime.toolhost..", "io.isoruntime.docker..")
        .and(arePublicAllTheWay())
        .should(mentionNothingOf("io.isoruntime.supervisor."))
        .because("embedders program against the api alone")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> arePublicAllTheWay() {
    return DescribedPredicate.describe(
        "are public, as are the types around them",
        type ->
            type.getModifiers().contains(PUBLIC)
                && type.getEnclosingClass()
                    .map(outer -> arePublicAllTheWay().test(outer))
                    .orElse(true));
  }

  private static ArchCondition<JavaClass> mentionNothingOf(String... prefixes) {
    return new ArchCondition<>("mention nothing of " + List.of(prefixes)) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> ancestors =
            Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        report(type.getFullName(), ancestors, events);
        for (JavaMember member : type.getMembers()) {
          if (member.getModifiers().contains(PUBLIC) || member.getModifiers().contains(PROTECTED)) {
            report(member.getFullName(), typesOf(member), events);
          }
        }
      }

      private void report(String where, Stream<? extends JavaType> types, ConditionEvents events) {
        types
            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
            .map(JavaClass::getFullName)
            .filter(name -> Stream.of(prefixes).anyMatch(name::startsWith))
            .forEach(
                name ->
                    events.add(SimpleConditionEvent.violated(where, where + " mentions " + name)));
      }
    };
  }

  private static Stream<? extends JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaCodeUnit codeUnit) {
      return Stream.of(
              Stream.of(codeUnit.getReturnType()),
              codeUnit.getParameterTypes().stream(),
              codeUnit.getExceptionTypes().stream())
          .flatMap(types -> types);
    }
    return Stream.of(((JavaField) member).getType());
  }
}
