/**
 * The plan of the library's own tests: which theme of the contract and which cases of the corpus
 * run on which host, in which lane of {@code ./check}, and why. Embedders do not need it.
 */
@NullMarked
package io.isoruntime.testkit.plan;

import org.jspecify.annotations.NullMarked;
