package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** What a program asks of sockets. */
final class NetworkCases {
  private static final int MOST_LISTENERS = 8;

  private NetworkCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("K4", "abstract Unix socket of the host", "refused, and its name unknown")
            .proves(Control.NAMESPACES)
            .trial(NetworkCases::abstractSocket),
        Case.of("K5", "sockets of engines, D-Bus and the system's services", "not there")
            .proves(Control.FILE_SYSTEM)
            .program("kernel/k05_engine_sockets.py"),
        Case.of(
                "K6",
                "metadata service, DNS, public addresses",
                "no packet leaves, and the program knows within a second")
            .proves(Control.NETWORK)
            .program("kernel/k06_internet.py"),
        Case.of("K7", "services on the host's own addresses", "unreachable")
            .proves(Control.NETWORK)
            .trial(NetworkCases::hostServices),
        Case.of("K8", "packet, raw and netlink sockets", "denied by the filter")
            .proves(Control.SECCOMP, Control.NETWORK)
            .program("kernel/k08_sockets.py"),
        Case.of(
                "K9",
                "AF_ALG, all other families and protocols, and 32-bit and x32 calls",
                "denied by the filter, by whatever door")
            .proves(Control.SECCOMP)
            .program("kernel/k09_families.py"),
        Case.of("K10", "AF_VSOCK", "denied by the filter")
            .proves(Control.SECCOMP)
            .program("kernel/k10_vsock.py"));
  }

  private static Finding abstractSocket(Stage stage) throws Exception {
    String name = "iso-attack-" + UUID.randomUUID();
    AFUNIXServerSocket server = stage.closing(AFUNIXServerSocket.newInstance());
    server.bind(AFUNIXSocketAddress.inAbstractNamespace(name), 4);
    return stage.attack(Attack.of("kernel/k04_abstract_sockets.py").with("name", name));
  }

  /** The listeners tell as well: what nobody there saw has not arrived. */
  private static Finding hostServices(Stage stage) throws Exception {
    List<ServerSocket> listeners = listeners(stage);
    Attack attack =
        Attack.of("kernel/k07_host_services.py")
            .with(
                "listeners",
                listeners.stream()
                    .map(each -> name(each.getInetAddress()) + " " + each.getLocalPort())
                    .toList());
    HostPython.Shown shown = stage.show(attack);
    int arrived = arrivals(listeners);
    ExecutionResult result = stage.run(attack);
    Unmet.unless(arrivals(listeners) == 0, "somebody connected to the host");
    Finding finding = stage.judge(shown, result);
    return new Finding(
        finding.verdict(), finding.evidence() + "; " + arrived + " arrived without a sandbox");
  }

  private static List<ServerSocket> listeners(Stage stage) throws IOException {
    List<ServerSocket> listeners = new ArrayList<>();
    for (InetAddress address :
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLinkLocalAddress())
            .limit(MOST_LISTENERS)
            .toList()) {
      ServerSocket listener = stage.closing(new ServerSocket());
      listener.bind(new InetSocketAddress(address, 0));
      listeners.add(listener);
    }
    return listeners;
  }

  /** Without the interface, which Java adds. */
  private static String name(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }

  private static int arrivals(List<ServerSocket> listeners) throws IOException {
    int arrived = 0;
    for (ServerSocket listener : listeners) {
      listener.setSoTimeout(1);
      try {
        while (true) {
          listener.accept().close();
          arrived++;
        }
      } catch (SocketTimeoutException e) {
        // no more
      }
    }
    return arrived;
  }
}
