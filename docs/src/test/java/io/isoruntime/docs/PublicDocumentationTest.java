package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Every type and method that an embedder sees is described. Javadoc's own check for this can't be
 * used: it also asks for a tag beside every obvious parameter.
 */
class PublicDocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("iso.root", ".."));

  @Test
  void everyPublicTypeAndMethodIsDescribed() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("api", "subprocess", "toolhost", "docker", "testkit")) {
      try (Stream<Path> files =
          Files.walk(ROOT.resolve("iso-runtime-" + module + "/src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertFalse(sources.isEmpty());
    assertEquals(List.of(), undescribed(sources));
  }

  private static List<String> undescribed(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      List<String> found = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(DocTrees.instance(task)).scan(unit, found);
      }
      return found;
    }
  }

  /** Goes down through public types only: what lies in a hidden one is hidden. */
  private static final class Scanner extends TreePathScanner<Void, List<String>> {
    private final DocTrees docs;

    Scanner(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitClass(ClassTree type, List<String> found) {
      if (!isVisible(type.getModifiers())) {
        return null;
      }
      requireDescription(type.getSimpleName().toString(), found);
      return super.visitClass(type, found);
    }

    @Override
    public Void visitMethod(MethodTree method, List<String> found) {
      // What overrides is described above it; a contract's test is a sentence by its name.
      boolean inherits =
          method.getModifiers().getAnnotations().stream()
              .map(annotation -> annotation.getAnnotationType().toString())
              .anyMatch(Set.of("Override", "Test", "ParameterizedTest")::contains);
      // A constructor says what its type says; a record's compact one has no parameters of its own.
      boolean constructor = method.getReturnType() == null;
      if (isVisible(method.getModifiers()) && !inherits && !constructor) {
        requireDescription(enclosingType().getSimpleName() + "." + method.getName(), found);
      }
      return null;
    }

    private boolean isVisible(ModifiersTree modifiers) {
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || modifiers.getFlags().contains(Modifier.PROTECTED)
          || (enclosingType() != null
              && enclosingType().getKind() == Tree.Kind.INTERFACE
              && !modifiers.getFlags().contains(Modifier.PRIVATE));
    }

    private ClassTree enclosingType() {
      TreePath parent = getCurrentPath().getParentPath();
      return parent != null && parent.getLeaf() instanceof ClassTree type ? type : null;
    }

    private void requireDescription(String name, List<String> found) {
      if (docs.getDocComment(getCurrentPath()) == null) {
        found.add(getCurrentPath().getCompilationUnit().getPackageName() + "." + name);
      }
    }
  }
}
