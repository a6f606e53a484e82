/**
 * Whether the corpus of attacks would notice: it is tried on copies of the product that each lack
 * one protection. What they lack is written in {@code src/test/mutants}; nothing in the product
 * itself knows of it.
 */
package io.isoruntime.subprocess.mutation;
