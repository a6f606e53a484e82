#!/usr/bin/env bash
# Claim: Google's ADK for Java reports a program that wrote a warning as failed, and hides its output from the model
#
# One would guess that an exit status, or the code executor, says whether a program failed. CodeExecutionResult has no
# place for either: any text on stderr makes the outcome FAILED, and the model is shown stderr alone, neither stdout
# nor the names of the files that the program made. One DeprecationWarning of a library is enough. An executor must
# keep stderr to itself unless the program failed.
#
# Version: google-adk 1.8.0
# Source: https://github.com/google/adk-java/blob/main/core/src/main/java/com/google/adk/codeexecutors/CodeExecutionUtils.java
#   (buildCodeExecutionResultPart)
# Seen:
#   without a warning: OK "Code execution result: the answer is 42"
#   with a warning: FAILED "main.py:1: DeprecationWarning: old"

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Without its 200 dependencies, 180 MB: these are the ones that the code below loads.
jars=$(classpath com.google.adk:google-adk:1.8.0! com.google.genai:google-genai:1.58.0! \
  com.google.guava:guava:33.0.0-jre com.fasterxml.jackson.datatype:jackson-datatype-jdk8:2.20.2 \
  com.fasterxml.jackson.datatype:jackson-datatype-jsr310:2.20.2)
cat >"$work/Outcome.java" <<'JAVA'
import com.google.adk.codeexecutors.CodeExecutionUtils;
import com.google.adk.codeexecutors.CodeExecutionUtils.CodeExecutionResult;

class Outcome {
  public static void main(String[] arguments) {
    print("without a warning", "");
    print("with a warning", "main.py:1: DeprecationWarning: old\n");
  }

  static void print(String what, String stderr) {
    var result = CodeExecutionResult.builder().stdout("the answer is 42\n").stderr(stderr).build();
    var shown = CodeExecutionUtils.buildCodeExecutionResultPart(result).codeExecutionResult().get();
    System.out.printf("%s: %s \"%s\"%n", what, shown.outcome().get(),
        shown.output().get().strip().replaceAll("\\s+", " "));
  }
}
JAVA
java -cp "$jars" "$work/Outcome.java" >"$work/now"
compare
