package io.isoruntime;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method a tool, for {@link ToolRegistry.Builder#scan}. Compile with {@code -parameters},
 * or name the parameters by {@link ToolParam}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ToolMethod {

  /** The tool's name; the method's where it is empty. */
  String value() default "";

  /** For the model; it becomes the Python docstring. */
  String description() default "";

  /** The hints. */
  ToolHint[] hints() default {};

  /** Codes of failures that are exceptions of their own, as {@link Tool#raising} takes them. */
  String[] raises() default {};
}
