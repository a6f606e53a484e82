/**
 * The embedder's view of ISO Runtime: how to run untrusted Python and lend it Java functions.
 *
 * <p>Here live immutable values (requests, limits, results, outcomes) and the interfaces that
 * back-ends implement. Nothing here starts a process, opens a socket or knows JSON; that is the
 * work of the supervisor and back-end modules.
 */
@NullMarked
package io.isoruntime;

import org.jspecify.annotations.NullMarked;
