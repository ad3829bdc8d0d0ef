package dev.muster.process;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends signals, which Java itself can do for TERM and KILL only, and to one process
 * only.
 */
final class Signals {

    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private static final Set<String> KNOWN = Set.of("HUP", "INT", "QUIT", "ILL", "ABRT", "FPE", "KILL", "USR1", "SEGV",
            "USR2", "PIPE", "ALRM", "TERM");

    private final Optional<String> kill;

    private final String shell = Programs.require("sh");

    Signals() {
        this(Programs.find("kill"));
    }

    /**
     * @param kill the program of that name, which a small system may not have
     */
    Signals(Optional<String> kill) {
        this.kill = kill;
    }

    /**
     * @throws IllegalArgumentException when the signal has no name we know; nothing else
     * gets near a command line
     */
    void toGroup(long group, String signal) {
        send("-" + group, group, signal);
    }

    /** As {@link #toGroup}, to one process. */
    void toProcess(long pid, String signal) {
        send(Long.toString(pid), pid, signal);
    }

    private void send(String target, long number, String signal) {
        if (!KNOWN.contains(signal)) {
            throw new IllegalArgumentException("There is no signal " + signal);
        }
        if (number < 2) {
            throw new IllegalArgumentException("Not to be signalled: " + number);
        }
        // Without "--" a negative number is an option, for the program and for the shell.
        List<String> command = this.kill.map((program) -> List.of(program, "-s", signal, "--", target))
            .orElseGet(() -> List.of(this.shell, "-c", "kill -s " + signal + " -- " + target));
        int code = Programs.run(command).code();
        if (code != 0) {
            log.debug("Signal not delivered, nobody is left: target={} signal={}", target, signal);
        }
    }

}
