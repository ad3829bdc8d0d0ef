package dev.muster.group;

/** What people can do to a rollout. */
public sealed interface RolloutAction {

    /**
     * Nobody else starts.
     *
     * @param reason why; may be empty
     */
    record Pause(String reason) implements RolloutAction {
    }

    /** It goes on; failures so far are no reason to stop again. */
    record Resume() implements RolloutAction {
    }

    /** The canaries are good: all others take the change as well. */
    record Promote() implements RolloutAction {
    }

    /**
     * Nobody waits for this member any longer; its own turn comes last.
     *
     * @param member name or id
     */
    record Skip(String member) implements RolloutAction {
    }

    /** Nobody else takes this revision, ever. */
    record Abort() implements RolloutAction {
    }

}
