package dev.muster.node;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A host, by name or literal address, and a TCP port.
 *
 * @param host without brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    public HostPort {
        if (host.isBlank()) {
            throw new IllegalArgumentException("A host is missing in ':" + port + "'");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("The port " + port + " is not from 0 to " + MAX_PORT);
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [::1]}, {@code [::1]:PORT} or a bare
     * IPv6 address.
     * @throws IllegalArgumentException which names the value
     */
    public static HostPort parse(String text, int defaultPort) {
        String host = text;
        String port = "";
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                throw new IllegalArgumentException("'" + text + "' is no address: an IPv6 one is [::1] or [::1]:9638");
            }
            host = text.substring(1, end);
            port = (end + 1 < text.length()) ? text.substring(end + 2) : "";
        }
        else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
            port = text.substring(text.indexOf(':') + 1);
        }
        boolean portGiven = host.length() + (text.startsWith("[") ? 2 : 0) < text.length();
        try {
            return new HostPort(host, portGiven ? Integer.parseInt(port) : defaultPort);
        }
        catch (NumberFormatException ex) {
            throw new IllegalArgumentException("'" + text + "' has no port number behind its colon: '" + port + "'",
                    ex);
        }
    }

    /** Resolves the host now. */
    InetAddress address() throws UnknownHostException {
        return InetAddress.getByName(this.host);
    }

    HostPort withPort(int other) {
        return new HostPort(this.host, other);
    }

    @Override
    public String toString() {
        return ((this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host) + ':' + this.port;
    }

}
