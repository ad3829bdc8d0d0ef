package dev.muster.gateway;

import java.nio.file.Path;

/**
 * Where the gateways listen and what opens the control gateway.
 *
 * @param ctlPort of the main connector
 * @param httpPort of the read gateway
 * @param directory where the web server keeps what it needs while it runs; must exist
 * @param secret what a client of the control gateway must bring, as text
 */
public record GatewayProperties(int ctlPort, String httpHost, int httpPort, Path directory, String secret) {

    @Override
    public String toString() {
        return "GatewayProperties[ctl=" + this.ctlPort + ", http=" + this.httpHost + ":" + this.httpPort + "]";
    }

}
