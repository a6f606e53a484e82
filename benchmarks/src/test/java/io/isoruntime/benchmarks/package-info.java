/** Shows that every benchmark still runs; what it measures there means nothing. */
@org.jspecify.annotations.NullMarked
package io.isoruntime.benchmarks;
