package dev.muster.node;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

import dev.muster.gateway.GatewayTls;
import dev.muster.ring.Endpoint;
import dev.muster.store.RootDirectory;
import dev.muster.store.UnusableRootException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the clients of this host where the control gateway is, and what to trust there.
 */
final class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private Announcement() {
    }

    /** To be made when the gateway answers. */
    static void make(RootDirectory root, Endpoint ctl, Optional<GatewayTls> tls) throws IOException {
        tls.ifPresent((with) -> with.announce((pem) -> certificate(root, pem)));
        root.announceControlAddress((tls.isPresent() ? "https://" : "http://") + clientAddress(ctl));
    }

    private static void certificate(RootDirectory root, String pem) {
        try {
            root.announceControlCertificate(pem);
        }
        catch (UnusableRootException ex) {
            log.warn("Certificate not announced, clients of this root need --ctl-server-ca-certificate: reason={}",
                    ex.getMessage());
        }
    }

    private static Endpoint clientAddress(Endpoint ctl) throws IOException {
        InetAddress address = InetAddress.getByName(ctl.host());
        if (!address.isAnyLocalAddress()) {
            return ctl;
        }
        return new Endpoint((address.getAddress().length == 4) ? "127.0.0.1" : "::1", ctl.port());
    }

}
