/**
 * The {@code iso} command: what is typed becomes a checked plan, the plan runs on the public API,
 * and the result becomes output and an exit status. Whatever an embedder might want to do as well
 * belongs into the API; nothing here knows how a sandbox is made.
 */
@NullMarked
package io.isoruntime.cli;

import org.jspecify.annotations.NullMarked;
