package io.isoruntime.subprocess;

import io.isoruntime.testkit.WholeContract;
import org.junit.jupiter.api.Tag;

/** The contract of all back-ends, as the user who runs the tests. */
@Tag("host")
class SubprocessRuntimeContractTest extends SubprocessContract implements WholeContract {}
