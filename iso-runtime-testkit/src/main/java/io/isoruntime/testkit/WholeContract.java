package io.isoruntime.testkit;

/** Every theme of the contract. */
public interface WholeContract
    extends OutcomeContract,
        ProgramContract,
        FilesContract,
        ToolsContract,
        PolicyContract,
        CheckContract,
        LifecycleContract,
        IsolationContract {}
