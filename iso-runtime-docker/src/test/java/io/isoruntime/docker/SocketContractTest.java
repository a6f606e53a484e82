package io.isoruntime.docker;

/** Containers of the engine's own runtime, spoken to over a Unix socket. */
class SocketContractTest extends DockerContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().channel(DockerChannel.UNIX_SOCKET);
  }
}
