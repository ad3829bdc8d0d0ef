package dev.muster.ring;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a member needs to take part in a ring. Bad values are refused here, with the value
 * and what to write instead.
 *
 * @param ring name of the ring; nodes of another name stay outside
 * @param bind where to listen for gossip, and nowhere else; may be a wildcard address
 * @param advertise where others are told to reach it, which may be a forwarded address;
 * never a wildcard
 * @param peers whom to ask for the ring, again and again; this member's own address among
 * them is ignored. Empty for a node that others find
 * @param self what the others are told about this member
 * @param memory where the addresses of members are kept over a restart, one a line; null
 * for a member that remembers none. Its directory must exist
 * @param transport how messages travel
 * @param timings how patient it is
 * @param limits what may wait to be sent
 * @param credentials what proves that a node belongs to the ring; empty where it has no
 * key, and everybody may join who knows its name
 * @param peerFile more peers, one a line, which may change at any time; empty for none
 */
public record RingConfig(String ring, Endpoint bind, Endpoint advertise, List<Endpoint> peers, Self self,
        @Nullable Path memory, Transport transport, Timings timings, Limits limits,
        Optional<RingCredentials> credentials, Optional<Path> peerFile) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    public RingConfig {
        peers = List.copyOf(peers);
        if (!NAME.matcher(ring).matches()) {
            throw new IllegalArgumentException("\"" + ring
                    + "\" is no name for a ring; use up to 63 letters, digits, _ and -, the first a letter or a digit");
        }
        if (isWildcard(advertise)) {
            throw new IllegalArgumentException(
                    "Nobody can reach " + advertise + "; advertise an address of this host that its peers can reach");
        }
        if (bind.isLiteral()) {
            boolean ipv6 = isIpv6(bind);
            requireFamily("The advertised address", advertise, bind, ipv6);
            for (Endpoint peer : peers) {
                requireFamily("The peer", peer, bind, ipv6);
            }
        }
    }

    /** Without a file of peers. */
    public RingConfig(String ring, Endpoint bind, Endpoint advertise, List<Endpoint> peers, Self self,
            @Nullable Path memory, Transport transport, Timings timings, Limits limits,
            Optional<RingCredentials> credentials) {
        this(ring, bind, advertise, peers, self, memory, transport, timings, limits, credentials, Optional.empty());
    }

    /** A ring over TCP with default timings and limits. */
    public static RingConfig of(String ring, Endpoint bind, Endpoint advertise, List<Endpoint> peers, Self self,
            @Nullable Path memory) {
        return new RingConfig(ring, bind, advertise, peers, self, memory, Transport.TCP, Timings.DEFAULT,
                Limits.DEFAULT, Optional.empty());
    }

    /** The same ring, with a key. */
    public RingConfig with(RingCredentials key) {
        return new RingConfig(this.ring, this.bind, this.advertise, this.peers, this.self, this.memory, this.transport,
                this.timings, this.limits, Optional.of(key), this.peerFile);
    }

    /** The same ring, with a file of more peers. */
    public RingConfig with(Path file) {
        return new RingConfig(this.ring, this.bind, this.advertise, this.peers, this.self, this.memory, this.transport,
                this.timings, this.limits, this.credentials, Optional.of(file));
    }

    private static void requireFamily(String what, Endpoint endpoint, Endpoint bind, boolean ipv6) {
        if (endpoint.isLiteral() && isIpv6(endpoint) != ipv6) {
            throw new IllegalArgumentException(what + " " + endpoint + " is " + family(!ipv6)
                    + ", but a ring speaks one address family, that of its gossip address " + bind + "; give an "
                    + family(ipv6) + " address");
        }
    }

    static String family(boolean ipv6) {
        return ipv6 ? "IPv6" : "IPv4";
    }

    private static boolean isIpv6(Endpoint literal) {
        return literal.host().indexOf(':') >= 0;
    }

    private static boolean isWildcard(Endpoint endpoint) {
        return endpoint.host().equals("0.0.0.0") || endpoint.host().matches("[0:]+");
    }

    /** How messages travel. */
    public enum Transport {

        /** Over the network, on one port. */
        TCP,

        /**
         * Within this JVM, between all members of a ring of one name in it; for tests and
         * measurements. Listens nowhere and asks no peers.
         */
        SHARED_LOOPBACK

    }

    /**
     * What the others are told about this member.
     *
     * @param name what people call it; not unique
     * @param labels what its operator says of it
     * @param incarnation raised once at each start
     * @param nonce of this start, 16 lower-case hexadecimal digits
     */
    public record Self(String name, Map<String, String> labels, long incarnation, String nonce) {

        private static final Pattern NONCE = Pattern.compile("[0-9a-f]{16}");

        private static final int MAX_NAME = 253;

        private static final int MAX_LABELS = 64;

        private static final int MAX_LABEL = 256;

        public Self {
            labels = Map.copyOf(labels);
            require(name, MAX_NAME, "name of a member");
            if (labels.size() > MAX_LABELS) {
                throw new IllegalArgumentException(
                        "A member has at most " + MAX_LABELS + " labels, this one has " + labels.size());
            }
            labels.forEach((key, value) -> {
                require(key, MAX_LABEL, "name of a label");
                if (!value.isEmpty()) {
                    require(value, MAX_LABEL, "value of label " + key);
                }
            });
            if (incarnation < 0) {
                throw new IllegalArgumentException("An incarnation is not negative: " + incarnation);
            }
            if (!NONCE.matcher(nonce).matches()) {
                throw new IllegalArgumentException("A nonce has 16 hexadecimal digits, this has not: " + nonce);
            }
        }

        private static void require(String text, int longest, String what) {
            if (text.isEmpty() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("The " + what + " has 1 to " + longest
                        + " characters and no control characters, this has not: \"" + text + "\"");
            }
        }

    }

    /**
     * What may wait to be sent; beyond it a message is refused. Broadcasts and unicasts
     * have each their own queue of this size.
     *
     * @param messages in number
     * @param bytes together
     */
    public record Limits(int messages, long bytes) {

        public static final Limits DEFAULT = new Limits(4096, 32L * 1024 * 1024);

        public Limits {
            if (messages < 1 || bytes < 1) {
                throw new IllegalArgumentException(
                        "A queue holds at least one message and one byte, not " + messages + " and " + bytes);
            }
        }

    }

}
