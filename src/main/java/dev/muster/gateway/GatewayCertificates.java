package dev.muster.gateway;

import java.util.Optional;

/**
 * Which of the gateways speak TLS.
 *
 * @param control empty where it speaks plain HTTP
 * @param reading empty where it does
 */
public record GatewayCertificates(Optional<GatewayTls> control, Optional<GatewayTls> reading) {

    /** Both speak plain HTTP. */
    public static final GatewayCertificates NONE = new GatewayCertificates(Optional.empty(), Optional.empty());

}
