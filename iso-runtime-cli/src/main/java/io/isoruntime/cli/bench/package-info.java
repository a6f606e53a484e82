/** Contenders that are timed side by side, and what came of it. */
@NullMarked
package io.isoruntime.cli.bench;

import org.jspecify.annotations.NullMarked;
