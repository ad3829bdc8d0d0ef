package dev.muster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

import dev.muster.ring.Endpoint;

/**
 * Addresses of this machine alone, one for each member, on which nobody listens yet.
 *
 * @param network first three numbers of the addresses
 */
record Loopback(String network) {

    /** So many members have an address here. */
    static final int MOST = 250;

    private static final int PORT = 9638;

    private static final int ATTEMPTS = 50;

    static Loopback choose() throws BenchFailure {
        IOException last = new IOException("none was tried");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            Loopback loopback = new Loopback("127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255));
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(loopback.endpoint(0).host()), PORT));
                return loopback;
            }
            catch (IOException ex) {
                last = ex;
            }
        }
        throw new BenchFailure("No loopback address with port " + PORT + " free was found in " + ATTEMPTS
                + " attempts (" + last.getMessage() + "): use --transport loopback, which listens nowhere", last);
    }

    /**
     * @param member from 0
     */
    Endpoint endpoint(int member) {
        return new Endpoint(this.network + "." + (member + 1), PORT);
    }

}
