package dev.muster.group;

import java.util.List;
import java.util.Map;

import dev.muster.rumor.Fact;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a fact about a group may be. A merge cannot drop facts until the rest fits,
 * for that would depend on the order of arrival; so each is bounded by itself and
 * histories by their number, and all that a group of {@value #MEMBERS} members can have
 * stays below {@value #BYTES} bytes. Each further member, one that has left included,
 * adds what it says of itself.
 */
final class GroupBounds {

    private static final Logger log = LoggerFactory.getLogger(GroupBounds.class);

    /** Of all that a group has. */
    static final int BYTES = 16 * 1024 * 1024;

    static final int MEMBERS = 256;

    /** Above what the longest names of group, member and package need. */
    static final int ROSTER = 2 * 1024;

    static final int STATE = 8 * 1024;

    static final int POLICY = 16 * 1024;

    /** What goes with the body: names, the key and the signature. */
    private static final int AROUND = 512;

    private static final int LONGEST_REASON = 1_000;

    private GroupBounds() {
    }

    /** Longest encoded form, in bytes, of a fact of this kind. */
    static int longest(String kind) {
        return switch (kind) {
            case GroupFacts.ROSTER -> ROSTER;
            case GroupFacts.STATE -> STATE;
            case RolloutFacts.POLICY -> POLICY;
            default -> Fact.MAX_BYTES;
        };
    }

    static boolean allow(Fact fact) {
        return fact.size() <= longest(fact.key().kind());
    }

    /**
     * What others take of a member. A reason is cut; exports that are still too many are
     * left out whole, for others must not go by a part of them.
     */
    static MemberState fitted(GroupName group, MemberState state) {
        if (fits(state)) {
            return state;
        }
        String reason = state.reason();
        MemberState cut = saying(state, (reason != null) ? cut(reason) : null, false);
        if (fits(cut)) {
            return cut;
        }
        String problem = "The exports of " + group + " are longer than " + STATE
                + " bytes with what else is said of it, so that none of them are told to others: export less in pkg_exports";
        log.warn("Exports are left out, they are too long: group={} most={}", group, STATE);
        return saying(state, cut((reason != null) ? problem + "; " + reason : problem), true);
    }

    private static boolean fits(MemberState state) {
        return GroupFacts.write(state).length + AROUND <= STATE;
    }

    private static String cut(String text) {
        return (text.length() > LONGEST_REASON) ? text.substring(0, LONGEST_REASON) + "..." : text;
    }

    private static MemberState saying(MemberState state, @Nullable String reason, boolean withoutExports) {
        return new MemberState(state.ident(), state.desired(), state.process(), state.pid(), state.since(),
                state.health(), state.revision(), state.contentHash(), state.rung(), state.settled(), reason,
                state.topology(), withoutExports ? Map.of() : state.exports(), state.secretExports(), state.host(),
                state.lack(), withoutExports ? List.of() : state.ties(), state.offer());
    }

}
