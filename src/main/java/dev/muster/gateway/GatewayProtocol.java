package dev.muster.gateway;

import org.apache.coyote.http11.Http11NioProtocol;

/** HTTP as the web server speaks it, on connections that are let in by {@link Crowd}. */
public final class GatewayProtocol extends Http11NioProtocol {

    /** The web server makes it by its name. */
    public GatewayProtocol() {
        super(new Crowd());
    }

}
