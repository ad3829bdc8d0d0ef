package dev.muster.node;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The threads that write logs to those who follow them, of all tests in this virtual
 * machine: whoever looks for its own keeps those that were there before.
 */
final class LogFollowerThreads {

    private LogFollowerThreads() {
    }

    static Set<Thread> living() {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .filter((thread) -> thread.getName().equals("log-follower"))
            .collect(Collectors.toSet());
    }

}
