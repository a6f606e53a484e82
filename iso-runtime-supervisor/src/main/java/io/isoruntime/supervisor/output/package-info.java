/** What the program writes: kept within a cap, and published as events that nobody has to read. */
@NullMarked
package io.isoruntime.supervisor.output;

import org.jspecify.annotations.NullMarked;
