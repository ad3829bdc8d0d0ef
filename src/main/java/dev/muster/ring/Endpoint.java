package dev.muster.ring;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, as people write them. A host name stays a name: what it means is
 * asked again each time it is used.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    private static final Pattern BRACKETED = Pattern
        .compile("\\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?)](?::(\\d{1,5}))?");

    private static final Pattern PLAIN = Pattern.compile("([A-Za-z0-9_.-]+)(?::(\\d{1,5}))?");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    public Endpoint {
        if (host.isEmpty() || host.indexOf('[') >= 0 || host.indexOf(']') >= 0) {
            throw new IllegalArgumentException("Not a host: \"" + host + "\"");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("A port is 1 to 65535, this is not: " + port);
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]:PORT} or a bare IPv6 address.
     * @throws IllegalArgumentException when it is none of these
     */
    public static Endpoint parse(String text, int defaultPort) {
        Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.matches()) {
            return new Endpoint(bracketed.group(1), port(bracketed.group(2), defaultPort));
        }
        if (text.indexOf(':') != text.lastIndexOf(':') && BRACKETED.matcher('[' + text + ']').matches()) {
            return new Endpoint(text, defaultPort);
        }
        Matcher plain = PLAIN.matcher(text);
        if (!plain.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no address; write HOST, HOST:PORT or [IPV6-ADDRESS]:PORT");
        }
        return new Endpoint(plain.group(1), port(plain.group(2), defaultPort));
    }

    private static int port(String digits, int otherwise) {
        return (digits != null) ? Integer.parseInt(digits) : otherwise;
    }

    static Endpoint of(InetSocketAddress address) {
        return new Endpoint(address.getAddress().getHostAddress(), address.getPort());
    }

    /** Whether the host is an address already, so that nobody needs to be asked. */
    boolean isLiteral() {
        return this.host.indexOf(':') >= 0 || IPV4.matcher(this.host).matches();
    }

    /**
     * What the host means now; asks the name service, which may take seconds.
     * @throws UnknownHostException when the name means nothing now
     */
    List<InetAddress> resolve() throws UnknownHostException {
        return List.of(InetAddress.getAllByName(this.host));
    }

    static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    @Override
    public String toString() {
        return ((this.host.indexOf(':') >= 0) ? '[' + this.host + ']' : this.host) + ':' + this.port;
    }

}
