package dev.muster.node;

import java.nio.file.Path;

import dev.muster.ring.Endpoint;

/**
 * A node that strangers can reach is protected, or says that it need not be, or does not
 * start.
 */
final class Exposure {

    private Exposure() {
    }

    /**
     * Judges before anything is listened on.
     * @param keys where the node looks for ring keys
     * @throws OptionException in one sentence, with the commands to run
     */
    static void check(NodeOptions.Host host, NodeOptions options, Protection protection, Path keys) {
        Endpoint gossip = options.gossip();
        if (!options.insecure()) {
            if (!protection.ringKey() && !host.isLoopback(gossip)) {
                throw beyondLoopback("--listen-gossip", gossip,
                        "needs a ring key, and there is none of ring " + options.ring() + " in " + keys
                                + ": make one with 'muster ring key generate " + options.ring()
                                + "' and bring it to the other hosts with 'muster ring key export " + options.ring()
                                + " | ssh HOST muster ring key import'");
            }
            if (!protection.controlTls() && !host.isLoopback(options.ctl())) {
                throw beyondLoopback("--listen-ctl", options.ctl(),
                        "needs TLS: make a certificate with 'muster sup secret generate-tls --subject-alternative-name "
                                + options.name() + " DIRECTORY', and name what it makes with --ctl-server-certificate"
                                + " and --ctl-server-key");
            }
            if (!protection.gatewayToken() && !host.isLoopback(options.http())) {
                throw beyondLoopback("--listen-http", options.http(),
                        "needs a gateway token: make one with 'muster sup secret generate', and put it into"
                                + " HAB_SUP_GATEWAY_AUTH_TOKEN");
            }
        }
        if (host.isLoopback(gossip)) {
            for (Endpoint peer : options.peers()) {
                if (!host.isLoopback(peer)) {
                    throw new OptionException("The peer " + peer + " is on another host, but this node would listen"
                            + " for it on " + gossip + " only; add --listen-gossip 0.0.0.0:" + gossip.port()
                            + (protection.ringKey() ? "" : ", and a ring key, made with 'muster ring key generate "
                                    + options.ring() + "' on one host and brought to the others"));
                }
            }
        }
    }

    private static OptionException beyondLoopback(String option, Endpoint address, String needs) {
        return new OptionException(option + " " + address + " is reached from other hosts, which " + needs
                + "; or listen on 127.0.0.1, or add --insecure where nobody else reaches that network");
    }

    /**
     * What keeps strangers out.
     *
     * @param ringKey of the ring's traffic
     * @param controlTls of the control gateway
     * @param gatewayToken of the read gateway
     */
    record Protection(boolean ringKey, boolean controlTls, boolean gatewayToken) {
    }

}
