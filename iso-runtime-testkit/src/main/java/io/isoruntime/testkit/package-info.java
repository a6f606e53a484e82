/**
 * What tests need: a runtime that runs scripts in place of Python, tools that record, fail or
 * block, and the contract that every back-end passes.
 *
 * <p>Fakes keep to the Javadoc of the interface that they implement, but isolate nothing. The
 * contract sees a back-end through the embedder's API alone.
 */
@NullMarked
package io.isoruntime.testkit;

import org.jspecify.annotations.NullMarked;
