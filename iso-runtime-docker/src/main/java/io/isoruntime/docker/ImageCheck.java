package io.isoruntime.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.spi.Protocol;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether an image can be made sandboxes of. */
final class ImageCheck {
  private ImageCheck() {}

  /** Throws unless the engine has the image and its init speaks our protocol. */
  static void require(Engine engine, String image, PullPolicy pull) {
    var found = engine.image(image);
    if (found.isEmpty() && pull == PullPolicy.IF_MISSING) {
      engine.pull(image);
      found = engine.image(image);
    }
    requireProtocol(
        image,
        found.orElseThrow(() -> Engine.imageMissing(image, new IllegalStateException(image))));
  }

  private static void requireProtocol(String image, InspectImageResponse found) {
    @Nullable Map<String, String> labels =
        found.getConfig() == null ? null : found.getConfig().getLabels();
    @Nullable String version = labels == null ? null : labels.get(Protocol.IMAGE_LABEL);
    if (version == null) {
      throw incompatible(
          "The image "
              + image
              + " has no init of this library (no label "
              + Protocol.IMAGE_LABEL
              + ").");
    } else if (!version.equals(Integer.toString(Protocol.VERSION))) {
      throw incompatible(
          "The init in the image "
              + image
              + " speaks protocol "
              + version
              + ", this library "
              + Protocol.VERSION
              + ".");
    }
  }

  private static RuntimeException incompatible(String cause) {
    return new Problem(
            ErrorCode.IMAGE_INCOMPATIBLE,
            cause,
            "No sandbox can be made of it.",
            "Build it from this version of the library, with build/image.sh; derive your own image"
                + " FROM that.")
        .toException();
  }
}
