package dev.muster.gateway;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the gateways listen and what opens the control gateway.
 *
 * @param ctlPort of the main connector
 * @param httpPort of the read gateway
 * @param directory where the web server keeps what it needs while it runs; must exist
 * @param secret what a client of the control gateway must bring, as text
 * @param readToken what a client of the read gateway must bring; empty where everybody
 * may read
 */
public record GatewayProperties(int ctlPort, String httpHost, int httpPort, Path directory, String secret,
        Optional<String> readToken) {

    @Override
    public String toString() {
        return "GatewayProperties[ctl=" + this.ctlPort + ", http=" + this.httpHost + ":" + this.httpPort + "]";
    }

}
