package dev.muster.gateway;

/**
 * Where the gateways listen and what opens the control gateway.
 *
 * @param ctlPort of the main connector
 * @param httpPort of the read gateway
 * @param secret what a client of the control gateway must bring, as text
 */
public record GatewayProperties(int ctlPort, String httpHost, int httpPort, String secret) {

    @Override
    public String toString() {
        return "GatewayProperties[ctl=" + this.ctlPort + ", http=" + this.httpHost + ":" + this.httpPort + "]";
    }

}
