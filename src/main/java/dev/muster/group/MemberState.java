package dev.muster.group;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.service.Exports;
import dev.muster.service.GroupMember;
import dev.muster.service.Rung;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Tie;
import org.jspecify.annotations.Nullable;

/**
 * What a member says of its own service, whenever one of these changes; never by the
 * clock alone.
 *
 * @param ident the release that runs
 * @param desired {@code up} or {@code down}
 * @param process {@code up}, {@code down} or a state between, as {@code starting}
 * @param pid of the running process, else 0
 * @param since when the process came into that state
 * @param health as the read gateway spells it: {@code Ok}, {@code Warning},
 * {@code Critical}, {@code Unknown}
 * @param revision id of the revision it has taken last, if any
 * @param contentHash of that revision
 * @param rung how far it has come with it
 * @param settled whether it has been at the top with that content through the settle
 * time; then it is done with the revision, whatever comes after
 * @param reason why it is there, in words
 * @param topology {@code standalone} or {@code leader}
 * @param exports what it tells other groups of its configuration
 * @param secretExports names of those that are secret
 * @param host where it runs
 * @param lack what it waits for before it can take the current revision; null for nothing
 * @param binds the groups that its service is bound to; null for none
 * @param offer release that its source has for it; null where none is asked for
 */
public record MemberState(String ident, String desired, String process, long pid, @Nullable Instant since,
        String health, @Nullable String revision, @Nullable String contentHash, Rung rung, boolean settled,
        @Nullable String reason, String topology, Map<String, Object> exports, @Nullable Set<String> secretExports,
        Host host, @Nullable Lack lack, @Nullable List<Tie> binds, @Nullable String offer) {

    public MemberState {
        exports = Map.copyOf(exports);
        secretExports = (secretExports != null) ? Set.copyOf(secretExports) : Set.of();
        binds = (binds != null) ? List.copyOf(binds) : List.of();
    }

    /** Of a service of this member. */
    public static MemberState of(ServiceStatus status, Host host) {
        return new MemberState(status.ident().toString(), status.desired().wireName(), status.stateName(),
                status.pid().orElse(0), status.since(), status.health().wireName(), status.revision().orElse(null),
                status.contentHash().orElse(null), status.rung(), status.settled(),
                status.reason().isEmpty() ? null : status.reason(), status.spec().topology().wireName(),
                status.exports(), host)
            .bound(Tie.of(status.spec()));
    }

    /** What it tells others, and what of that is secret. */
    public Exports told() {
        return new Exports(this.exports, (this.secretExports != null) ? this.secretExports : Set.of());
    }

    /** The same as it may be shown. */
    public MemberState shown() {
        return new MemberState(this.ident, this.desired, this.process, this.pid, this.since, this.health, this.revision,
                this.contentHash, this.rung, this.settled, this.reason, this.topology, told().shown(),
                this.secretExports, this.host, this.lack, this.binds, this.offer);
    }

    /** The groups that its service is bound to. */
    public List<Tie> ties() {
        return (this.binds != null) ? this.binds : List.of();
    }

    /** Whether its process runs and nothing is known against it. */
    boolean well() {
        return healthy() && this.rung != Rung.FAILED;
    }

    /** Whether its process runs and its health is ok or warning. */
    public boolean healthy() {
        return this.process.equals("up") && (this.health.equals("Ok") || this.health.equals("Warning"));
    }

    /**
     * What the member does with the service.
     * @param present whether it is there to speak for itself
     */
    GroupMember.Activity activity(boolean present) {
        if (!this.desired.equals("up") || (this.process.equals("down") && !present)) {
            return GroupMember.Activity.STOPPED;
        }
        return this.process.equals("down") ? GroupMember.Activity.WAITING : GroupMember.Activity.RUNNING;
    }

    /** Whether it has a process, or is about to have one. */
    boolean runs() {
        return this.process.equals("up") || this.process.equals("starting") || this.process.equals("stopping");
    }

    /** One that lacks nothing. */
    public MemberState(String ident, String desired, String process, long pid, @Nullable Instant since, String health,
            @Nullable String revision, @Nullable String contentHash, Rung rung, boolean settled,
            @Nullable String reason, String topology, Exports exports, Host host) {
        this(ident, desired, process, pid, since, health, revision, contentHash, rung, settled, reason, topology,
                exports.values(), exports.secret(), host, null, null, null);
    }

    /** The same, of a member that waits for this, and whose source has that for it. */
    MemberState with(@Nullable Lack other, @Nullable String offered) {
        return new MemberState(this.ident, this.desired, this.process, this.pid, this.since, this.health, this.revision,
                this.contentHash, this.rung, this.settled, this.reason, this.topology, this.exports, this.secretExports,
                this.host, other, this.binds, offered);
    }

    /** The same, of a service that is bound to these. */
    public MemberState bound(List<Tie> others) {
        return new MemberState(this.ident, this.desired, this.process, this.pid, this.since, this.health, this.revision,
                this.contentHash, this.rung, this.settled, this.reason, this.topology, this.exports, this.secretExports,
                this.host, this.lack, others, this.offer);
    }

    /**
     * What a member has not got yet.
     *
     * @param revision id of the one that needs it
     * @param text for people
     */
    public record Lack(String revision, String text) {
    }

    /**
     * Where a member is reached. Addresses are those that others are told.
     *
     * @param ip what templates know as {@code sys.ip}
     */
    public record Host(String hostname, String ip, String gossipIp, int gossipPort, String httpIp, int httpPort,
            String ctlIp, int ctlPort) {

        /**
         * What others are told of a host that they can reach: of a gateway that listens
         * to its own host alone they are told where it would be, for its loopback address
         * is each one's own.
         */
        public Host told() {
            return isLoopback(this.gossipIp) ? this
                    : new Host(this.hostname, this.ip, this.gossipIp, this.gossipPort,
                            isLoopback(this.httpIp) ? this.ip : this.httpIp, this.httpPort,
                            isLoopback(this.ctlIp) ? this.ip : this.ctlIp, this.ctlPort);
        }

        private static boolean isLoopback(String host) {
            return host.startsWith("127.") || host.equals("::1") || host.equals("localhost");
        }

        /**
         * Where others reach its control gateway; empty where it listens to its own host.
         */
        Optional<String> controlAddress() {
            String host = (this.ctlIp.indexOf(':') >= 0) ? "[" + this.ctlIp + "]" : this.ctlIp;
            return isLoopback(this.ctlIp) ? Optional.empty() : Optional.of(host + ":" + this.ctlPort);
        }

    }

}
