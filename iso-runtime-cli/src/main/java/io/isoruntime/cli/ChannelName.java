package io.isoruntime.cli;

import io.isoruntime.docker.DockerChannel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a channel. */
final class ChannelName implements ITypeConverter<DockerChannel> {

  @Override
  public DockerChannel convert(String name) {
    return switch (name) {
      case "auto" -> DockerChannel.AUTO;
      case "socket", "unix-socket" -> DockerChannel.UNIX_SOCKET;
      case "attached" -> DockerChannel.ATTACHED;
      default ->
          throw new TypeConversionException(
              "there is no channel '" + name + "'. Use one of: auto, socket, attached.");
    };
  }

  /** The name of a channel. */
  static String of(DockerChannel channel) {
    return switch (channel) {
      case AUTO -> "auto";
      case UNIX_SOCKET -> "socket";
      case ATTACHED -> "attached";
    };
  }
}
