/** How values become JSON and back, at one strict and bounded setting. */
@NullMarked
package io.isoruntime.supervisor.json;

import org.jspecify.annotations.NullMarked;
