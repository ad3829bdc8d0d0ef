package dev.muster.demo;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What was seen of a member at one moment.
 *
 * @param pid of its service, as the Supervisor says
 * @param answers of every Redis that answered at its address, on either port
 * @param revision that its service runs with; empty when none was ever applied
 */
record Sight(OptionalLong pid, List<Redis> answers, String revision) {

    Sight {
        answers = List.copyOf(answers);
    }

    /**
     * Whether one Redis answers there, on this port, and is the process that the
     * Supervisor means.
     */
    boolean isOneRedisOn(int port) {
        return this.answers.size() == 1 && this.answers.get(0).port() == port
                && this.pid.equals(OptionalLong.of(this.answers.get(0).pid()));
    }

    String ports() {
        return this.answers.isEmpty() ? "-"
                : this.answers.stream().map((redis) -> Integer.toString(redis.port())).collect(Collectors.joining("+"));
    }

    String pids() {
        return this.pid.isPresent() ? Long.toString(this.pid.getAsLong()) : "-";
    }

    String revisions() {
        return this.revision.isEmpty() ? "-" : this.revision;
    }

}
