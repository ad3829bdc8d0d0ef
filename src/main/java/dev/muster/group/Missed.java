package dev.muster.group;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
import dev.muster.rumor.MemberId;

/**
 * Members that have gone a moment ago: a node that is restarted, or a cut that heals at
 * once, is no reason for others to render without them. Owned by the node's loop.
 */
final class Missed {

    /** Three periods of Habitat's protocol, after which it confirms a suspicion. */
    static final Duration SUSPECT = Duration.ofMillis(9300);

    private final Loop loop;

    private final Consumer<MemberId> confirmed;

    private final Map<MemberId, Loop.Timer> timers = new HashMap<>();

    /**
     * @param confirmed hears of those that did not come back
     */
    Missed(Loop loop, Consumer<MemberId> confirmed) {
        this.loop = loop;
        this.confirmed = confirmed;
    }

    boolean has(MemberId member) {
        return this.timers.containsKey(member);
    }

    void gone(MemberId member) {
        back(member);
        this.timers.put(member, this.loop.after(SUSPECT, () -> {
            this.timers.remove(member);
            this.confirmed.accept(member);
        }));
    }

    void back(MemberId member) {
        Loop.Timer timer = this.timers.remove(member);
        if (timer != null) {
            timer.cancel();
        }
    }

}
