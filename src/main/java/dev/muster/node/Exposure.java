package dev.muster.node;

import java.util.List;

import dev.muster.ring.Endpoint;

/** A node that strangers can reach says so, or does not start. */
final class Exposure {

    private Exposure() {
    }

    static void check(NodeOptions.Host host, boolean insecure, Endpoint gossip, Endpoint http, Endpoint ctl,
            List<Endpoint> peers) {
        if (!insecure) {
            beyondLoopback(host, "--listen-gossip", gossip, "a ring key");
            beyondLoopback(host, "--listen-ctl", ctl, "TLS");
            beyondLoopback(host, "--listen-http", http, "a gateway token");
        }
        if (!host.isLoopback(gossip)) {
            return;
        }
        for (Endpoint peer : peers) {
            if (!host.isLoopback(peer)) {
                throw new OptionException("The peer " + peer + " is on another host, but this node would listen for it"
                        + " on " + gossip + " only; add --listen-gossip 0.0.0.0:" + gossip.port()
                        + " --insecure where nobody else reaches the network between them");
            }
        }
    }

    private static void beyondLoopback(NodeOptions.Host host, String option, Endpoint address, String needs) {
        if (!host.isLoopback(address)) {
            throw new OptionException(option + " " + address + " is reached from other hosts, which needs " + needs
                    + "; this release has none yet: add --insecure where nobody else reaches that network, or listen on"
                    + " 127.0.0.1");
        }
    }

}
