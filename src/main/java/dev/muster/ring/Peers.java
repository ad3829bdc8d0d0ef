package dev.muster.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom to ask for the ring: the peers the operator named, the members remembered from
 * before, and those met since. Names are resolved at each attempt; whoever cannot be
 * reached is tried less and less often, and never given up. Any thread.
 */
final class Peers {

    private static final Logger log = LoggerFactory.getLogger(Peers.class);

    /** A cut may be healed at any moment, and is to be noticed then. */
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(1);

    /** After so many attempts in vain, some minutes, it is not a cut. */
    private static final int HOPEFUL_ATTEMPTS = 300;

    private static final Duration PEER_AT_LEAST_EVERY = Duration.ofSeconds(4);

    private static final Duration OTHERS_AT_LEAST_EVERY = Duration.ofSeconds(30);

    private static final int MAX_MET = 500;

    /** From where each was named that does not change. */
    private final Map<Endpoint, String> fixed = new LinkedHashMap<>();

    private final InetSocketAddress bind;

    private final InetSocketAddress advertise;

    private final Duration firstDelay;

    private final Names names;

    private final LongSupplier nanos;

    private volatile boolean given;

    private volatile @Nullable String lastError;

    // All below is guarded by this object's monitor.

    /** Where each of the peers stands that are named now. */
    private Map<Endpoint, String> configured = Map.of();

    private final PeerResults results = new PeerResults();

    private final Set<Endpoint> remembered = new LinkedHashSet<>();

    private final Set<InetSocketAddress> met = new LinkedHashSet<>();

    private final Set<Endpoint> own = new HashSet<>();

    private final Set<Endpoint> otherFamily = new HashSet<>();

    private final Map<String, Backoff> backoffs = new HashMap<>();

    /** Under which address a member is known that also listens at another. */
    private final Map<InetSocketAddress, InetSocketAddress> aliases = new HashMap<>();

    /** Which configured peer an address is of. */
    private final Map<String, Endpoint> origins = new HashMap<>();

    private final Map<Endpoint, String> errors = new LinkedHashMap<>();

    /** Names of peers that had no address at the latest attempt. */
    private final Set<Endpoint> nameless = new HashSet<>();

    /**
     * @param nanos monotonic time in nanoseconds
     */
    Peers(RingConfig config, InetSocketAddress bind, InetSocketAddress advertise, Names names, LongSupplier nanos) {
        this.bind = bind;
        this.advertise = advertise;
        this.firstDelay = config.timings().mergeMin();
        this.names = names;
        this.nanos = nanos;
        config.peers().forEach((peer) -> this.fixed.put(peer, "--peer"));
        file(Map.of());
    }

    /**
     * The peers that a file names now, beside those that do not change. Of one that it
     * names no longer nothing is asked any more, unless it is a member that is met again.
     * @param named where each stands
     */
    synchronized void file(Map<Endpoint, String> named) {
        Map<Endpoint, String> now = new LinkedHashMap<>(named);
        now.putAll(this.fixed);
        Set<Endpoint> gone = new LinkedHashSet<>(this.configured.keySet());
        gone.removeAll(now.keySet());
        this.configured = now;
        this.results.named(now.keySet());
        gone.forEach(this::forget);
        now.keySet().forEach((peer) -> this.origins.putIfAbsent(peer.toString(), peer));
        changed();
    }

    private void forget(Endpoint peer) {
        this.errors.remove(peer);
        this.own.remove(peer);
        this.otherFamily.remove(peer);
        this.nameless.remove(peer);
        this.remembered.remove(peer);
        Set<String> addresses = new HashSet<>();
        this.origins.forEach((address, origin) -> {
            if (origin.equals(peer)) {
                addresses.add(address);
            }
        });
        this.origins.keySet().removeAll(addresses);
        this.backoffs.keySet().removeAll(addresses);
        this.met.removeIf((address) -> addresses.contains(Endpoint.of(address).toString()));
        this.remembered.removeIf((address) -> addresses.contains(address.toString()));
    }

    /** What became of the peers that are named now. */
    synchronized List<PeerStatus> statuses() {
        return this.results.statuses(this.configured);
    }

    /**
     * Whether any peer was named that is not known to be this node itself; without
     * waiting.
     */
    boolean given() {
        return this.given;
    }

    /** Whether there is nobody at all to ask. */
    synchronized boolean none() {
        return this.configured.isEmpty() && this.remembered.isEmpty() && this.met.isEmpty();
    }

    synchronized void remember(Collection<Endpoint> members) {
        this.remembered.addAll(members);
    }

    /** A member of this ring is, or was, at this address. */
    synchronized void met(InetSocketAddress address) {
        String key = Endpoint.of(address).toString();
        Endpoint origin = this.origins.get(key);
        if (origin != null) {
            this.results.reached(origin, key);
            if (this.errors.remove(origin) != null) {
                changed();
            }
        }
        this.backoffs.remove(key);
        if (!isOwn(address)) {
            this.met.add(address);
            if (this.met.size() > MAX_MET) {
                this.met.remove(this.met.iterator().next());
            }
        }
    }

    /**
     * Whoever answers at {@code asked} is known to all as {@code advertised}. A second
     * connection to one member would displace the first, again and again.
     */
    synchronized void alias(InetSocketAddress asked, InetSocketAddress advertised) {
        this.met.remove(asked);
        this.aliases.put(asked, advertised);
        Endpoint origin = this.origins.get(Endpoint.of(asked).toString());
        if (origin != null) {
            this.origins.put(Endpoint.of(advertised).toString(), origin);
        }
    }

    synchronized void failed(InetSocketAddress address, String why) {
        this.aliases.values().remove(address);
        failed(Endpoint.of(address).toString(), why);
    }

    /**
     * @param key {@code HOST:PORT} of an address
     */
    synchronized void failed(String key, String why) {
        Endpoint peer = this.origins.get(key);
        if (peer != null) {
            this.results.failed(peer, key, why);
            this.errors.remove(peer);
            this.errors.put(peer, peer.toString().equals(key) ? why : key + ": " + why);
            changed();
        }
        Backoff before = this.backoffs.getOrDefault(key, Backoff.NONE);
        Duration longest = AT_LEAST_EVERY;
        if (before.failures >= HOPEFUL_ATTEMPTS) {
            longest = (peer != null) ? PEER_AT_LEAST_EVERY : OTHERS_AT_LEAST_EVERY;
        }
        Duration doubled = this.firstDelay.multipliedBy(1L << Math.min(before.failures, 10));
        Duration delay = (doubled.compareTo(longest) < 0) ? doubled : longest;
        this.backoffs.put(key, new Backoff(before.failures + 1, this.nanos.getAsLong() + delay.toNanos()));
    }

    /**
     * Which configured peer could not be reached last, and why; null when all could;
     * without waiting.
     */
    @Nullable String lastError() {
        return this.lastError;
    }

    private void changed() {
        this.given = !this.own.containsAll(this.configured.keySet());
        String last = null;
        for (Map.Entry<Endpoint, String> error : this.errors.entrySet()) {
            last = error.getKey() + ": " + error.getValue();
        }
        this.lastError = last;
    }

    /**
     * Hands over every address that is to be asked now; those that are known before those
     * that must be looked up first, which may take seconds.
     * @param all also those whose time has not come
     */
    void attempt(boolean all, Consumer<InetSocketAddress> ask) {
        Set<InetSocketAddress> asked = new HashSet<>();
        List<InetSocketAddress> known;
        Set<Endpoint> endpoints;
        synchronized (this) {
            known = new ArrayList<>(this.met);
            endpoints = new LinkedHashSet<>(this.configured.keySet());
            endpoints.addAll(this.remembered);
        }
        for (Endpoint endpoint : endpoints) {
            if (endpoint.isLiteral()) {
                known.addAll(addresses(endpoint));
            }
        }
        due(known, all).filter(asked::add).forEach(ask);
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.isLiteral() && isDue(endpoint.toString(), all)) {
                due(addresses(endpoint), all).filter(asked::add).forEach(ask);
            }
        }
    }

    private synchronized Stream<InetSocketAddress> due(List<InetSocketAddress> addresses, boolean all) {
        return addresses.stream()
            .map((address) -> this.aliases.getOrDefault(address, address))
            .filter((address) -> isDue(Endpoint.of(address).toString(), all))
            .toList()
            .stream();
    }

    private synchronized boolean isDue(String key, boolean all) {
        Backoff backoff = this.backoffs.get(key);
        return all || backoff == null || this.nanos.getAsLong() - backoff.notBefore >= 0;
    }

    /**
     * What the endpoint means now, in the ring's address family and without ourselves.
     */
    private List<InetSocketAddress> addresses(Endpoint endpoint) {
        List<InetAddress> resolved;
        try {
            resolved = this.names.resolve(endpoint);
        }
        catch (UnknownHostException ex) {
            synchronized (this) {
                nameless(endpoint);
            }
            return List.of();
        }
        boolean ipv6 = Endpoint.isIpv6(this.bind.getAddress());
        List<InetSocketAddress> usable = resolved.stream()
            .filter((address) -> Endpoint.isIpv6(address) == ipv6)
            .map((address) -> new InetSocketAddress(address, endpoint.port()))
            .toList();
        List<InetSocketAddress> others = usable.stream().filter((address) -> !isOwn(address)).toList();
        synchronized (this) {
            if (usable.isEmpty()) {
                failed(endpoint.toString(), "it has no " + RingConfig.family(ipv6) + " address");
                this.results.unusable(endpoint, "it has no " + RingConfig.family(ipv6) + " address");
                if (this.otherFamily.add(endpoint)) {
                    log.warn(
                            "Peer cannot be used: peer={} reason=\"it has no {} address, and a ring speaks one "
                                    + "address family, that of its gossip address {}\"",
                            endpoint, RingConfig.family(ipv6), Endpoint.of(this.bind));
                }
            }
            else {
                this.nameless.remove(endpoint);
                retainOrigins(endpoint, usable);
                this.results.resolved(endpoint, texts(others),
                        texts(usable.stream().filter((address) -> !others.contains(address)).toList()));
            }
            if (!usable.isEmpty() && others.isEmpty()) {
                this.own.add(endpoint);
                changed();
            }
            else if (!others.isEmpty()) {
                this.own.remove(endpoint);
                changed();
                if (this.configured.containsKey(endpoint)) {
                    others.forEach((address) -> this.origins.put(Endpoint.of(address).toString(), endpoint));
                }
            }
        }
        return others;
    }

    /** A member may stay at an address that its name no longer has. */
    private void retainOrigins(Endpoint endpoint, List<InetSocketAddress> now) {
        Set<String> kept = new HashSet<>(texts(now));
        now.stream()
            .map(this.aliases::get)
            .filter(Objects::nonNull)
            .forEach((address) -> kept.add(Endpoint.of(address).toString()));
        kept.add(endpoint.toString());
        this.origins.entrySet()
            .removeIf((origin) -> origin.getValue().equals(endpoint) && !kept.contains(origin.getKey()));
    }

    private void nameless(Endpoint peer) {
        String why = "this name has no address";
        failed(peer.toString(), why);
        this.results.unusable(peer, why);
        String from = this.configured.get(peer);
        if (from != null && this.nameless.add(peer)) {
            log.warn("Peer is tried on and on: peer={} from={} reason=\"{}\"", peer, from, why);
        }
    }

    private List<String> texts(List<InetSocketAddress> addresses) {
        return addresses.stream()
            .map((address) -> Endpoint.of(this.aliases.getOrDefault(address, address)).toString())
            .toList();
    }

    private boolean isOwn(InetSocketAddress address) {
        if (address.equals(this.advertise) || address.equals(this.bind)) {
            return true;
        }
        if (!this.bind.getAddress().isAnyLocalAddress() || address.getPort() != this.bind.getPort()) {
            return false;
        }
        try {
            return address.getAddress().isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address.getAddress()) != null;
        }
        catch (SocketException ex) {
            log.debug("Interfaces not readable: address={} reason={}", address, ex.toString());
            return false;
        }
    }

    /** Asks what a host means now. */
    @FunctionalInterface
    interface Names {

        List<InetAddress> resolve(Endpoint endpoint) throws UnknownHostException;

    }

    private record Backoff(int failures, long notBefore) {

        private static final Backoff NONE = new Backoff(0, 0);

    }

}
