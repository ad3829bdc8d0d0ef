package dev.muster.demo;

import java.util.List;
import java.util.Map;

/**
 * Something that must hold after the change.
 *
 * @param text what was claimed
 * @param held whether it was seen to hold
 */
record Claim(String text, boolean held) {

    /**
     * The change.
     *
     * @param from the port before
     * @param to the port after
     * @param revision its id
     * @param everywhere whether the command that made it says that the whole group has it
     * @param escaped whether the Supervisor in another ring knows it
     */
    record Change(int from, int to, String revision, boolean everywhere, boolean escaped) {
    }

    /** Judges what was seen of all four. */
    static List<Claim> of(Map<Member, Story> stories, Change change) {
        Story a = stories.get(Member.A);
        Story b = stories.get(Member.B);
        Story c = stories.get(Member.C);
        Story d = stories.get(Member.D);
        return List.of(
                new Claim("One command on a reached all of redis.prod: a and b run revision " + change.revision(),
                        change.everywhere() && a.after().revision().equals(change.revision())
                                && b.after().revision().equals(change.revision())),
                replaced(a, change), replaced(b, change),
                new Claim("c, in redis.dev of the same ring, has the Redis it had, on port " + change.from(),
                        c.isUntouched(change.from())),
                new Claim("d, in redis.prod without a peer, has the Redis it had, on port " + change.from(),
                        d.isUntouched(change.from())),
                new Claim("d does not know revision " + change.revision(),
                        !change.escaped() && d.after().revision().isEmpty()));
    }

    private static Claim replaced(Story story, Change change) {
        return new Claim("Redis of " + story.member().name() + " is a new process on port " + change.to()
                + ", none is left on " + change.from(), story.isReplaced(change.from(), change.to()));
    }

}
