/**
 * The corpus: one {@link Case} for each attack or fault, declared by theme in a class such as
 * {@code KernelCases}, its program beside it in {@code src/main/python}. {@link Conformance} tries
 * a case on a {@link Subject} and looks afterwards whether anything was left behind. Nothing here
 * knows a test framework, and nothing here knows a back-end.
 */
@NullMarked
package io.isoruntime.conformance;

import org.jspecify.annotations.NullMarked;
