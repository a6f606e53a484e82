/** An example host: a few tools, and a program that embeds the library. */
@NullMarked
package io.isoruntime.examples;

import org.jspecify.annotations.NullMarked;
