/**
 * The ledger of tool calls: how an entry is written, how entries are chained, and how a chain on a
 * disk that somebody may have changed is verified and read.
 */
@NullMarked
package io.isoruntime.supervisor.ledger;

import org.jspecify.annotations.NullMarked;
