package io.isoruntime.subprocess;

import io.isoruntime.testkit.ProgramContract;
import io.isoruntime.testkit.ToolsContract;

/**
 * The themes that {@code ./check --quick} runs in real sandboxes: they take seconds, and no root.
 */
class ShortContractTest extends SubprocessContract implements ProgramContract, ToolsContract {}
