/**
 * The flow of an execution, shared by all back-ends: {@link io.isoruntime.supervisor.ExecutionFlow}
 * reads top-down. What a sandbox is made of lives in the back-ends; what frames, records and tool
 * calls look like lives in the packages below.
 */
@NullMarked
package io.isoruntime.supervisor;

import org.jspecify.annotations.NullMarked;
