/** Tests of the bench, on contenders that are made up. */
@org.jspecify.annotations.NullMarked
package io.isoruntime.cli.bench;
