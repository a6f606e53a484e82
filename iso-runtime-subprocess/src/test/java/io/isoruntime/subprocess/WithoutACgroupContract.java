package io.isoruntime.subprocess;

import io.isoruntime.testkit.FilesContract;
import io.isoruntime.testkit.IsolationContract;
import io.isoruntime.testkit.LifecycleContract;
import io.isoruntime.testkit.OutcomeContract;
import io.isoruntime.testkit.ProgramContract;

/**
 * The themes in which an ordinary user without a cgroup differs from one who has one. Only {@link
 * OrdinaryUserContractTest} starts it.
 */
class WithoutACgroupContract extends SubprocessContract
    implements OutcomeContract,
        ProgramContract,
        FilesContract,
        LifecycleContract,
        IsolationContract {}
