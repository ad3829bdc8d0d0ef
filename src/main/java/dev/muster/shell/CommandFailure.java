package dev.muster.shell;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command that did not bring about what was asked, in the words of an RFC 9457 problem.
 * Whether trying again helps is what its exit code tells.
 */
final class CommandFailure extends Exception {

    static final String URN = "urn:muster:problem:";

    private static final long serialVersionUID = 1L;

    private final transient Map<String, Object> problem;

    private final int exit;

    /**
     * @param problem as it goes out with {@code --format json}
     */
    CommandFailure(int exit, Map<String, Object> problem) {
        super(String.valueOf(problem.get("detail")));
        this.exit = exit;
        this.problem = problem;
    }

    static CommandFailure of(int exit, String type, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", URN + type);
        problem.put("detail", detail);
        return new CommandFailure(exit, problem);
    }

    static CommandFailure of(UsageException usage) {
        return of(2, "bad-request", String.valueOf(usage.getMessage()));
    }

    int exit() {
        return this.exit;
    }

    /** Of the problem, without what all types begin with. */
    String type() {
        return String.valueOf(this.problem.get("type")).replace(URN, "");
    }

    Map<String, Object> problem() {
        return this.problem;
    }

}
