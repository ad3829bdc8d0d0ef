package dev.muster.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where a member listens and where others reach it, looked up once at its start.
 *
 * @param bind may be a wildcard address
 * @param advertise of the same address family
 */
record Addresses(InetSocketAddress bind, InetSocketAddress advertise) {

    /**
     * @throws UnknownHostException when one of them means nothing, or nothing usable
     */
    static Addresses resolve(RingConfig config) throws UnknownHostException {
        InetAddress bind = config.bind().resolve().get(0);
        boolean ipv6 = Endpoint.isIpv6(bind);
        InetAddress advertise = config.advertise()
            .resolve()
            .stream()
            .filter((address) -> Endpoint.isIpv6(address) == ipv6)
            .findFirst()
            .orElseThrow(() -> new UnknownHostException(
                    "The advertised address " + config.advertise() + " has no " + RingConfig.family(ipv6)
                            + " address, and a ring speaks one address family, that of its gossip address "
                            + config.bind() + "; advertise an " + RingConfig.family(ipv6) + " address"));
        return new Addresses(new InetSocketAddress(bind, config.bind().port()),
                new InetSocketAddress(advertise, config.advertise().port()));
    }

}
