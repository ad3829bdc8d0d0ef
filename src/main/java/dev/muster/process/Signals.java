package dev.muster.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends signals, which Java itself can do for TERM and KILL only, and to one process
 * only. Costs one start of a program, about 4 ms, for all receivers of a signal.
 */
final class Signals {

    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private static final Set<String> KNOWN = Set.of("HUP", "INT", "QUIT", "ILL", "ABRT", "FPE", "KILL", "USR1", "SEGV",
            "USR2", "PIPE", "ALRM", "TERM");

    /**
     * How every {@code kill} words ESRCH in the locale C: the receiver ended by itself.
     */
    private static final String GONE = "No such process";

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
     * One that ended meanwhile is no error; one that may not be signalled is told as a
     * warning, with the reason, since nothing will end it.
     * @param targets as kill(2) takes them: a negative number is a group
     * @throws IllegalArgumentException when the signal has no name we know; nothing else
     * gets near a command line
     */
    void send(String signal, Collection<Long> targets) {
        if (!KNOWN.contains(signal)) {
            throw new IllegalArgumentException("There is no signal " + signal);
        }
        List<String> numbers = new ArrayList<>();
        for (long target : targets) {
            if (Math.abs(target) < 2) {
                throw new IllegalArgumentException("Not to be signalled: " + target);
            }
            numbers.add(Long.toString(target));
        }
        if (!numbers.isEmpty()) {
            run(signal, numbers);
        }
    }

    private void run(String signal, List<String> numbers) {
        // Without "--" a negative number is an option, for the program and for the shell.
        List<String> command = new ArrayList<>(this.kill.map((program) -> List.of(program, "-s", signal, "--"))
            .orElseGet(() -> List.of(this.shell, "-c", "kill -s " + signal + " -- \"$@\"", "kill")));
        command.addAll(numbers);
        Programs.Outcome outcome = Programs.runWithErrors(command);
        if (outcome.code() == 0) {
            return;
        }
        List<String> reasons = outcome.output().lines().filter((line) -> !line.contains(GONE)).toList();
        if (!reasons.isEmpty()) {
            log.warn("Signal not permitted or not sent: pid={} signal={} reason={}", String.join(",", numbers), signal,
                    String.join("; ", reasons));
        }
        else {
            log.debug("Signal not delivered, nobody is left: pid={} signal={}", numbers, signal);
        }
    }

}
