package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.muster.gateway.RestartRefusedException;
import dev.muster.process.Successor;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who takes the place of a node that is restarted. A process cannot become another
 * program in Java, so by default it stays: without a node, as the <em>keeper</em> of a
 * new process that it started, in the same terminal or container, passing on signals and
 * ending with its exit code. Where a service manager stands above, the process ends
 * instead, with the code {@link #RESTART}, for that one to start it again.
 */
final class Succession {

    private static final Logger log = LoggerFactory.getLogger(Succession.class);

    /** Exit code of a node that wants to be started again. */
    static final int RESTART = 75;

    private static final int FAILED = 1;

    /** {@code exit} says that whoever started the process starts it again. */
    private static final String MANAGED = "MUSTER_RESTART";

    /** Set for a process that has a keeper. */
    private static final String KEPT = "MUSTER_KEPT";

    private final List<String> words;

    private final Optional<Path> launcher;

    private final boolean managed;

    private final boolean kept;

    /**
     * @param words of the command line behind {@code sup run}
     * @param launcher that started this process, if one did
     */
    Succession(List<String> words, Optional<Path> launcher, Map<String, String> environment) {
        this.words = List.copyOf(words);
        this.launcher = launcher;
        this.managed = "exit".equals(environment.get(MANAGED));
        this.kept = environment.containsKey(KEPT);
    }

    /** Whether this process took a node's place: then services are what that one left. */
    boolean isSuccessor() {
        return this.kept;
    }

    /**
     * Tells of INT, TERM and HUP. A terminal sends the first and the last to a kept
     * process and to its keeper, which passes them on; so only what is passed on counts.
     */
    void hearSignals(Consumer<String> listener) {
        Signals.register("TERM", () -> listener.accept("TERM"));
        if (!this.kept) {
            Signals.register("INT", () -> listener.accept("INT"));
            Signals.register("HUP", () -> listener.accept("HUP"));
            return;
        }
        Signals.register("INT", () -> log.debug("Interruption left to the keeper"));
        Signals.register("HUP", () -> log.debug("Hang-up left to the keeper"));
        Thread thread = new Thread(() -> hearKeeper(System.in, listener), "muster-keeper");
        thread.setDaemon(true);
        thread.start();
    }

    private static void hearKeeper(InputStream keeper, Consumer<String> listener) {
        try {
            for (int letter = keeper.read(); letter >= 0; letter = keeper.read()) {
                switch (letter) {
                    case 'I' -> listener.accept("INT");
                    case 'T' -> listener.accept("TERM");
                    case 'H' -> listener.accept("HUP");
                    default -> log.warn("Unknown word of the keeper: letter={}", letter);
                }
            }
        }
        catch (IOException ex) {
            log.debug("The keeper cannot be heard: reason={}", ex.toString());
        }
        // Whoever kills the process they started means the node; so it ends as that one
        // did.
        System.err.println("muster: The process that kept this node was killed, so it ends; its services run on");
        Runtime.getRuntime().halt(FAILED);
    }

    /**
     * @throws RestartRefusedException when no process could be started
     */
    void check() {
        if (this.launcher.isEmpty()) {
            if (this.managed) {
                return;
            }
            throw new RestartRefusedException("This node was not started by the launcher ./muster, so nothing can start"
                    + " another in its place; end it with kill -TERM, and start it with the launcher");
        }
        Optional<String> trouble = Successor.trouble(this.launcher.get());
        if (trouble.isPresent()) {
            throw new RestartRefusedException(
                    "No process could take this one's place, so it goes on: " + trouble.get());
        }
    }

    /**
     * Goes on after a node of this process has closed, everything it had, to be
     * restarted.
     * @return the exit code
     */
    int goOn(Ending ending) {
        if (this.managed || this.kept || this.launcher.isEmpty()) {
            return RESTART;
        }
        List<String> command = new ArrayList<>(List.of("sup", "run"));
        command.addAll(this.words);
        try {
            int code = RESTART;
            while (code == RESTART) {
                Successor successor = Successor.start(this.launcher.get(), command, Map.of(KEPT, "yes"));
                ending.handOver(successor);
                code = successor.await();
                ending.handedBack();
            }
            return code;
        }
        catch (IOException ex) {
            System.err.println("muster: The node has closed for a restart, and no process can be started in its place: "
                    + ex.getMessage() + "; its services run on, start it again");
            return FAILED;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

}
