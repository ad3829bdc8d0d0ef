package dev.muster.gateway;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/** What the control gateway may ask about the keys of the ring, and have done to them. */
public interface RingKeyControl {

    /** The keys of this node and of all members in sight; nothing is changed. */
    CompletableFuture<Answer> keys();

    /**
     * Puts a new key in the place of the active one at every member: first all accept it,
     * then all prove themselves with it, then nobody accepts another one. Goes on where
     * an earlier one stopped.
     * @param withoutAway whether to go on although members are away, which then need the
     * new key before they can come back
     */
    CompletableFuture<Answer> rotate(boolean withoutAway);

    /** How far a change of keys has come, at one member or all. */
    enum Stage {

        /** It has not answered, or could not do it. */
        FAILED,

        /** It is known, and not in sight. */
        AWAY,

        /** It accepts the new key, and proves itself with another one. */
        ACCEPTED,

        /** It proves itself with the new key, and accepts others. */
        ACTIVE,

        /** It accepts nothing but the new key. */
        ONLY

    }

    /**
     * Keys by their revisions, never their content.
     *
     * @param revision the newest key
     * @param stage of the member that is least far
     */
    record Answer(String ring, String revision, Stage stage, List<Member> members) {
    }

    /**
     * One member.
     *
     * @param active what it proves itself with; empty when it has not said so
     * @param accepted what it lets in, the active one included
     * @param reason why it is not further; null otherwise
     */
    record Member(String id, String name, Stage stage, String active, List<String> accepted, @Nullable String reason) {
    }

}
