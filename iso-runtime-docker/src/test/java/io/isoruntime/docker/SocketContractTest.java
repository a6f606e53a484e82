package io.isoruntime.docker;

import io.isoruntime.testkit.WholeContract;
import org.junit.jupiter.api.Tag;

/** Containers of the engine's own runtime that connect to a Unix socket. */
@Tag("host")
class SocketContractTest extends DockerContract implements WholeContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().channel(DockerChannel.UNIX_SOCKET);
  }
}
