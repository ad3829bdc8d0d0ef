package dev.muster.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.muster.ring.Endpoint;

/** This host. */
final class SystemHost implements NodeOptions.Host {

    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Nothing is sent there: connecting a datagram socket only asks the routing table.
     */
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress("8.8.8.8", 53);

    @Override
    public String name() {
        String name = kernelName();
        int dot = name.indexOf('.');
        return (dot > 0) ? name.substring(0, dot) : name;
    }

    private static String kernelName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        }
        catch (IOException ex) {
            return "localhost";
        }
    }

    @Override
    public String detectedIp() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(SOMEWHERE);
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? onlyIp() : local.getHostAddress();
        }
        catch (IOException | java.io.UncheckedIOException ex) {
            // No route to everywhere, but perhaps a network without a way out.
            return onlyIp();
        }
    }

    /** Which of several others can reach is not to be seen from here. */
    private static String onlyIp() {
        try {
            List<String> addresses = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter((address) -> address instanceof Inet4Address && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .toList();
            return (addresses.size() == 1) ? addresses.get(0) : LOOPBACK;
        }
        catch (IOException ex) {
            return LOOPBACK;
        }
    }

    @Override
    public boolean isLoopback(Endpoint address) {
        return resolve(address).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    @Override
    public boolean isWildcard(Endpoint address) {
        return resolve(address).map(InetAddress::isAnyLocalAddress).orElse(false);
    }

    @Override
    public String ip(Endpoint address) {
        return resolve(address).map(InetAddress::getHostAddress).orElse(address.host());
    }

    private static Optional<InetAddress> resolve(Endpoint address) {
        try {
            return Optional.of(InetAddress.getByName(address.host()));
        }
        catch (UnknownHostException ex) {
            return Optional.empty();
        }
    }

}
