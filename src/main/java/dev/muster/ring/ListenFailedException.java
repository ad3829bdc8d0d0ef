package dev.muster.ring;

import java.net.BindException;

/**
 * The gossip address cannot be listened on: it is in use, not of this host, or not
 * allowed.
 */
public final class ListenFailedException extends BindException {

    private static final long serialVersionUID = 1L;

    private final transient Endpoint endpoint;

    ListenFailedException(Endpoint endpoint, String reason, Throwable cause) {
        super("Cannot listen for gossip on "
                + endpoint + ": " + reason + (reason.contains("Permission denied")
                        ? ". Low ports are for root alone: start the node as root" : ". Stop what uses it")
                + ", or choose another address with --listen-gossip HOST:PORT");
        this.endpoint = endpoint;
        initCause(cause);
    }

    public Endpoint endpoint() {
        return this.endpoint;
    }

}
