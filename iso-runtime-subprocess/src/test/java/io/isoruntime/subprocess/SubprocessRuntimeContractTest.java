package io.isoruntime.subprocess;

import io.isoruntime.testkit.WholeContract;

/** The contract of all back-ends, as the user who runs the tests. */
class SubprocessRuntimeContractTest extends SubprocessContract implements WholeContract {}
