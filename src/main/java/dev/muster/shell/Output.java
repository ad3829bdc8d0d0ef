package dev.muster.shell;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import dev.muster.shell.ControlClient.Answer;

/** How results are told. */
final class Output {

    private Output() {
    }

    static boolean isJson(Arguments arguments) {
        return arguments.value(NodeOptions.FORMAT).filter("json"::equals).isPresent();
    }

    static void check(Arguments arguments) throws UsageException {
        String format = arguments.value(NodeOptions.FORMAT).orElse("text");
        oneOf(NodeOptions.FORMAT, format, List.of("text", "json"));
    }

    /** An option with a choice of values. */
    static void oneOf(String option, String given, List<String> values) throws UsageException {
        if (!values.contains(given)) {
            throw new UsageException(
                    "--" + option + " is one of " + String.join(", ", values) + ", not \"" + given + "\"");
        }
    }

    /** As the node said it. */
    static void json(Answer answer, Console console) {
        console.out().println(answer.text().strip());
    }

    /**
     * @throws CommandFailure when somebody interrupts the command
     */
    static void pause(Duration time) throws CommandFailure {
        LockSupport.parkNanos(time.toNanos());
        if (Thread.interrupted()) {
            throw CommandFailure.of(130, "interrupted", "Interrupted");
        }
    }

}
