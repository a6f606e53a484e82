package io.isoruntime.docker;

import io.isoruntime.testkit.WholeContract;

/** Containers of the engine's own runtime that connect to a Unix socket. */
class SocketContractTest extends DockerContract implements WholeContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().channel(DockerChannel.UNIX_SOCKET);
  }
}
