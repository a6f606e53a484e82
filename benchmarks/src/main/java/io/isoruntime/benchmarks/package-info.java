/**
 * What the parts of a request cost where no sandbox is involved: frames, JSON, the dispatch of tool
 * calls, the declarations of tools. {@code iso bench} times the whole; here one sees which part it
 * is.
 */
@NullMarked
package io.isoruntime.benchmarks;

import org.jspecify.annotations.NullMarked;
