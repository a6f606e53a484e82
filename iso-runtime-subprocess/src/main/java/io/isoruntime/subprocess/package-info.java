/**
 * Sandboxes made of Linux namespaces. {@link io.isoruntime.subprocess.SubprocessRuntime} is the one
 * public type. What is to be built is decided here, as values; the building itself is done by the
 * helper, a Python process that init's sources bring along.
 */
@NullMarked
package io.isoruntime.subprocess;

import org.jspecify.annotations.NullMarked;
