/** Tests of the command: parts by themselves, the whole in this JVM, and as a process. */
@org.jspecify.annotations.NullMarked
package io.isoruntime.cli;
