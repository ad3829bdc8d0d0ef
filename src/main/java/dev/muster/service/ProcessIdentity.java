package dev.muster.service;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * What tells a process from every other one there ever was, so that a number the system
 * has given to someone else is never signalled.
 *
 * @param token the value of {@link Launch#TOKEN_VARIABLE} in its environment
 * @param started what is known since it was started; null for a launch that the node did
 * not live to see the end of
 */
public record ProcessIdentity(String token, @Nullable Started started) {

    OptionalLong pid() {
        return (this.started != null) ? OptionalLong.of(this.started.pid()) : OptionalLong.empty();
    }

    /**
     * @param pid also the id of its process group and session
     * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks since boot
     * @param bootId which boot these ticks count from
     */
    public record Started(long pid, long startTicks, String bootId) {
    }

}
