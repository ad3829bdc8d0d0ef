package dev.muster.service;

import java.util.LinkedHashMap;
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
 * @param exports what it tells others of its configuration; {@code cfg} in templates
 */
public record GroupMember(String memberId, PackageIdent ident, Map<String, Object> sys, Standing standing,
        Exports exports) {

    private static final Set<String> SYS_KEYS = Set.of("ip", "hostname", "gossip_ip", "gossip_port", "http_gateway_ip",
            "http_gateway_port", "ctl_gateway_ip", "ctl_gateway_port");

    /** How the ring sees a member. */
    public enum Standing {

        ALIVE, SUSPECT, CONFIRMED, DEPARTED

    }

    /** As it may be shown. */
    GroupMember shown() {
        return new GroupMember(this.memberId, this.ident, this.sys, this.standing, Exports.of(this.exports.shown()));
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
        tree.put("alive", this.standing == Standing.ALIVE);
        tree.put("suspect", this.standing == Standing.SUSPECT);
        tree.put("confirmed", this.standing == Standing.CONFIRMED);
        tree.put("departed", this.standing == Standing.DEPARTED);
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

}
