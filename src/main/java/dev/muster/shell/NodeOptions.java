package dev.muster.shell;

import java.util.List;

/** The options that every command has which asks a node. */
final class NodeOptions {

    static final String ROOT = "root";

    static final String REMOTE = "remote-sup";

    static final String SECRET = "ctl-secret-file";

    static final String SERVER_AUTHORITY = "ctl-server-ca-certificate";

    static final String SERVER_NAME = "ctl-server-name-indication";

    static final String CLIENT_CERTIFICATE = "ctl-client-certificate";

    static final String CLIENT_KEY = "ctl-client-key";

    static final String FORMAT = "format";

    static final List<OptionDescription> ALL = List.of(
            OptionDescription.value(ROOT, "DIR", "Root directory of the node to ask")
                .standard("MUSTER_ROOT, /hab for root, ~/.muster"),
            OptionDescription.value(REMOTE, "HOST[:PORT]", "Ask the node at this address instead")
                .letter('r')
                .standard("the address in the root directory"),
            OptionDescription.value(SECRET, "FILE", "Read the control secret from this file")
                .standard("HAB_CTL_SECRET, then the root's own"),
            OptionDescription.value(SERVER_AUTHORITY, "FILE", "Trust nodes of this authority only")
                .standard("the root's own node, else Java's authorities"),
            OptionDescription.value(SERVER_NAME, "NAME", "What the node's certificate has to be for")
                .standard("the host of its address"),
            OptionDescription.value(CLIENT_CERTIFICATE, "FILE", "Certificate to show to the node"),
            OptionDescription.value(CLIENT_KEY, "FILE", "The key to it"),
            OptionDescription.value(FORMAT, "text|json", "How to answer, errors included").standard("text"),
            OptionDescription.flag("no-color", "Print no colour"));

    private NodeOptions() {
    }

}
