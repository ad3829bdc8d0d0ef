package dev.muster.shell;

/** Shows what the members of a group make of a change, while they do. */
interface Display extends AutoCloseable {

    /** Says nothing. */
    Display NONE = new Display() {

        @Override
        public void member(MemberReport member) {
            // Nobody is to see it.
        }

        @Override
        public void left(MemberReport member) {
            // Nobody is to see it.
        }

        @Override
        public void rollout(RolloutReport rollout) {
            // Nobody is to see it.
        }

    };

    /** A member is somewhere else than before, or is heard of for the first time. */
    void member(MemberReport member);

    /** It no longer belongs to the group. */
    void left(MemberReport member);

    /** Its rollout stands otherwise than before. */
    void rollout(RolloutReport rollout);

    /** Called now and then, for what changes by time alone. */
    default void tick() {
    }

    /** What is known now stays as it is. */
    @Override
    default void close() {
    }

}
