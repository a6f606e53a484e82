package io.isoruntime.docker;

import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container's init is told (docs/protocol.md); nothing in it is secret. */
final class LaunchSpec {
  private LaunchSpec() {}

  static byte[] json(ContainerPlan plan, boolean overSocket, boolean ahead) {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("uid", plan.uid());
    spec.put("gid", plan.gid());
    spec.put("rlimits", ExecutorSettings.resourceLimits(plan.profile()));
    spec.put("environ", plan.environment());
    spec.put("internet", plan.allowsInternetSockets());
    spec.put("python", Json.object("preload", plan.profile().preloads()));
    spec.put("idle", ahead);
    if (overSocket) {
      spec.put("socket", ContainerPlan.SOCKET_DIRECTORY + "/" + ChannelSocket.NAME);
    }
    return Json.bytes(spec);
  }
}
