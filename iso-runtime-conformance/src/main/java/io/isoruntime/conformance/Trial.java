package io.isoruntime.conformance;

/** Tries a case. */
@FunctionalInterface
interface Trial {
  /**
   * Does it and judges.
   *
   * @throws Unmet if something is not as required, which is a failure of the case
   * @throws Exception anything else is one as well
   */
  Finding on(Stage stage) throws Exception;
}
