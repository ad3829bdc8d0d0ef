package dev.muster.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Addresses and ports for the demo, all of the loopback network, that nobody uses.
 *
 * @param network the first three parts of the addresses
 * @param gossip where Supervisors talk to each other
 * @param http where they are read
 * @param ctl where they are told
 * @param before where Redis listens first
 * @param after where it listens after the change
 */
record Place(String network, int gossip, int http, int ctl, int before, int after) {

    /** The port in core/redis's own {@code default.toml}. */
    static final int REDIS = 6379;

    private static final List<Integer> USUAL = List.of(9638, 9631, 9632, REDIS, 2112);

    private static final int NETWORKS = 8;

    private static final int PORTS = 100;

    /**
     * Takes the usual ports where they are free. Somebody may listen on one of them on
     * all addresses of this host; then no network of ours has it, and another port is
     * taken.
     * @throws DemoFailedException when this host has no such addresses
     */
    static Place find(RandomGenerator random) throws DemoFailedException {
        return find(random, USUAL);
    }

    /**
     * As above, with other ports as the usual ones.
     */
    static Place find(RandomGenerator random, List<Integer> usual) throws DemoFailedException {
        String network = "";
        for (int attempt = 0; attempt < NETWORKS; attempt++) {
            network = "127.77." + random.nextInt(1, 255);
            String candidate = network;
            if (usual.stream().allMatch((port) -> isFree(candidate, port))) {
                return of(network, usual);
            }
        }
        Set<Integer> taken = new HashSet<>(usual);
        String last = network;
        List<Integer> ports = new ArrayList<>();
        for (int port : usual) {
            ports.add(isFree(last, port) ? port : another(last, taken));
        }
        return of(network, ports);
    }

    private static Place of(String network, List<Integer> ports) {
        return new Place(network, ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
    }

    /** Whether all members can listen there; sees only what listens at this moment. */
    private static boolean isFree(String network, int port) {
        for (Member member : Member.ALL) {
            try (ServerSocket socket = listen(network + "." + member.number(), port)) {
                // It could be had, which is all that was to be found out.
                assert socket.isBound();
            }
            catch (IOException ex) {
                return false;
            }
        }
        return true;
    }

    private static int another(String network, Set<Integer> taken) throws DemoFailedException {
        for (int attempt = 0; attempt < PORTS; attempt++) {
            int port;
            try (ServerSocket socket = listen(network + "." + Member.A.number(), 0)) {
                port = socket.getLocalPort();
            }
            catch (IOException ex) {
                throw new DemoFailedException("Cannot listen on " + network + "." + Member.A.number() + " ("
                        + ex.getMessage() + "): the demo needs a host where all of 127.0.0.0/8 is its own", ex);
            }
            if (!taken.contains(port) && isFree(network, port)) {
                taken.add(port);
                return port;
            }
        }
        throw new DemoFailedException("No port is free on " + network + ".2 to .5 after " + PORTS
                + " attempts: end something that listens there, and run the demo again");
    }

    private static ServerSocket listen(String address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1);
            return socket;
        }
        catch (IOException ex) {
            socket.close();
            throw ex;
        }
    }

    String address(Member member) {
        return this.network + "." + member.number();
    }

}
