package io.isoruntime;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tells more of an argument: of a method's parameter, or of a record's component. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface ToolParam {

  /** Its name, of a method's parameter alone; as it is compiled where it is empty. */
  String value() default "";

  /** For the model. */
  String description() default "";
}
