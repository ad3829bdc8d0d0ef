package dev.muster.service;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.pack.PackageIdent;

/**
 * A member of a service group, as templates see it.
 *
 * @param memberId 32 hexadecimal digits
 * @param ident the release it runs
 * @param sys its addresses, by the keys of {@link ServiceContext#sys()}
 * @param healthy whether its process runs and its health is ok or warning
 * @param exports what it tells others of its configuration; {@code cfg} in templates
 */
public record GroupMember(String memberId, PackageIdent ident, Map<String, Object> sys, Standing standing,
        Activity activity, boolean healthy, Exports exports) {

    private static final Set<String> SYS_KEYS = Set.of("ip", "hostname", "gossip_ip", "gossip_port", "http_gateway_ip",
            "http_gateway_port", "ctl_gateway_ip", "ctl_gateway_port");

    /** How the ring sees a member. */
    public enum Standing {

        /** It is there. */
        ALIVE,

        /** It has gone a moment ago, without a word, and may be back at once. */
        SUSPECT,

        /** It is away. */
        CONFIRMED,

        /** It will not come back. */
        DEPARTED;

        /** Whether it is there, or may be back at once. */
        public boolean near() {
            return this == ALIVE || this == SUSPECT;
        }

    }

    /** What a member does with the service. */
    public enum Activity {

        /** It is to run it, and has not started it yet. */
        WAITING,

        /** It runs it, or starts it again. */
        RUNNING,

        /** It is not to run it, or has stopped it before it left. */
        STOPPED

    }

    /** Whether it is there, or may be back at once, and runs the service. */
    boolean active() {
        return this.standing.near() && this.activity == Activity.RUNNING;
    }

    /** What people call it. */
    String name() {
        return (this.sys.get("hostname") instanceof String host) ? host : this.memberId.substring(0, 8);
    }

    /** As it may be shown. */
    GroupMember shown() {
        return new GroupMember(this.memberId, this.ident, this.sys, this.standing, this.activity, this.healthy,
                Exports.of(this.exports.shown()));
    }

    Map<String, Object> toTree(String service, String group, Optional<String> organisation) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("member_id", this.memberId);
        tree.put("pkg", identTree(this.ident));
        tree.put("package", this.ident.toString());
        tree.put("pkg_incarnation", 0L);
        tree.put("service", service);
        tree.put("group", group);
        organisation.ifPresent((org) -> tree.put("org", org));
        tree.put("persistent", true);
        for (String flag : new String[] { "leader", "follower", "update_leader", "update_follower" }) {
            tree.put(flag, false);
        }
        electionFlags(tree);
        Map<String, Object> addresses = new LinkedHashMap<>(this.sys);
        addresses.keySet().retainAll(SYS_KEYS);
        tree.put("sys", addresses);
        for (Standing one : Standing.values()) {
            tree.put(one.name().toLowerCase(Locale.ROOT), this.standing == one);
        }
        tree.put("healthy", this.healthy && this.standing == Standing.ALIVE);
        tree.put("cfg", this.exports.values());
        return tree;
    }

    /** Without a leader there is no election: none runs, none has ended. */
    static void electionFlags(Map<String, Object> tree) {
        for (String kind : new String[] { "election", "update_election" }) {
            tree.put(kind + "_is_running", false);
            tree.put(kind + "_is_no_quorum", false);
            tree.put(kind + "_is_finished", false);
        }
    }

    static Map<String, Object> identTree(PackageIdent ident) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("origin", ident.origin());
        tree.put("name", ident.name());
        if (ident.version() != null) {
            tree.put("version", ident.version());
        }
        if (ident.release() != null) {
            tree.put("release", ident.release());
        }
        return tree;
    }

    /** All of it, to be kept on disk. */
    Map<String, Object> toKept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("member_id", this.memberId);
        kept.put("ident", this.ident.toString());
        kept.put("sys", this.sys);
        kept.put("standing", this.standing.name());
        kept.put("activity", this.activity.name());
        kept.put("healthy", this.healthy);
        kept.put("exports", this.exports.values());
        kept.put("secret", this.exports.secret().stream().sorted().toList());
        return kept;
    }

    /**
     * @throws RuntimeException when the tree is none of ours
     */
    static GroupMember ofKept(Map<?, ?> tree) {
        Set<String> secret = new LinkedHashSet<>();
        if (tree.get("secret") instanceof List<?> names) {
            names.forEach((name) -> secret.add(String.valueOf(name)));
        }
        return new GroupMember(String.valueOf(tree.get("member_id")),
                PackageIdent.parse(String.valueOf(tree.get("ident"))), table(tree.get("sys")),
                Standing.valueOf(String.valueOf(tree.get("standing"))),
                Activity.valueOf(String.valueOf(tree.get("activity"))), Boolean.TRUE.equals(tree.get("healthy")),
                new Exports(table(tree.get("exports")), secret));
    }

    private static Map<String, Object> table(Object value) {
        Map<String, Object> table = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, content) -> table.put(String.valueOf(key), content));
        return table;
    }

}
