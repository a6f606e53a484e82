package io.isoruntime.docker;

/** Containers of the engine's own runtime, spoken to through the engine. */
class AttachedContractTest extends DockerContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().channel(DockerChannel.ATTACHED);
  }
}
