package dev.muster.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/** The audit logs of this node and of others. */
public interface AuditControl {

    /**
     * Writes down what was done or tried; it is on the disk when this returns. Where it
     * cannot be written, that is logged, and what was done stands.
     */
    void record(Map<String, @Nullable Object> line);

    /**
     * What was written down, the newest first.
     * @param all whether to ask all members in sight; else this node only
     */
    CompletableFuture<Answer> list(Query query, boolean all);

    /**
     * Which lines.
     *
     * @param since not older ones; null for all that are kept
     * @param group only those about this one, or null
     * @param limit not more than so many
     */
    record Query(@Nullable Instant since, @Nullable String group, int limit) {
    }

    /**
     * Lines, and who was asked for them.
     *
     * @param entries with {@code member} and {@code memberName} in each
     */
    record Answer(List<Map<String, Object>> entries, List<Member> members) {
    }

    /**
     * One that was asked.
     *
     * @param reason why its lines are missing; null when they are not
     */
    record Member(String id, String name, @Nullable String reason) {
    }

}
