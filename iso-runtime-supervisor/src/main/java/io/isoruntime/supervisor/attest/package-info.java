/**
 * Compares what is in force in a sandbox with what the embedder requires: pure functions from facts
 * to readings. Nothing here reads a file or trusts a request.
 */
@NullMarked
package io.isoruntime.supervisor.attest;

import org.jspecify.annotations.NullMarked;
