package dev.muster.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import dev.muster.process.OsProcesses;
import dev.muster.shell.Arguments;
import dev.muster.shell.ArgvParser;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster demo}. */
public final class DemoMain {

    private static final String LEADER = "leader";

    private static final int FAILED = 1;

    private static final int USAGE = 2;

    private final Demo demo;

    private final Stage stage;

    private final boolean json;

    private final boolean keep;

    private final PrintStream out;

    private final PrintStream err;

    private DemoMain(Demo demo, Stage stage, boolean json, boolean keep, PrintStream out, PrintStream err) {
        this.demo = demo;
        this.stage = stage;
        this.json = json;
        this.keep = keep;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the demo in this process and ends the process: 0 if every claim held, 1 if not
     * or if it did not come that far, 2 for a wrong command line.
     * @param words without {@code demo}
     */
    public static void main(String[] words) throws IOException {
        // Before anything logs: Logback's own default writes to standard output, among
        // the results.
        System.getProperties().putIfAbsent("logback.configurationFile", "dev/muster/shell/logback-client.xml");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        List<String> line = Arrays.asList(words);
        try {
            Arguments arguments = ArgvParser.parse(Programs.DEMO, line);
            String format = arguments.value("format").orElse("text");
            if (!List.of("text", "json").contains(format)) {
                throw new UsageException("--format is one of text, json, not \"" + format + "\"");
            }
            Demo demo = demo(arguments);
            try (OsProcesses processes = new OsProcesses()) {
                long start = System.nanoTime();
                Stage stage = new Stage(home(), processes, new Random(),
                        (text) -> err.println("%5.1f s  %s".formatted((System.nanoTime() - start) / 1e9, text)));
                System.exit(new DemoMain(demo, stage, format.equals("json"), arguments.has("keep"), out, err).run());
            }
        }
        catch (UsageException ex) {
            fail(err, line.contains("json") || line.contains("--format=json"), "bad-request", ex.getMessage());
            System.exit(USAGE);
        }
    }

    private static Demo demo(Arguments arguments) throws UsageException {
        if (arguments.positionals().isEmpty()) {
            return new ChangeDemo();
        }
        String what = arguments.positionals().get(0);
        if (!what.equals(LEADER)) {
            throw new UsageException(
                    "There is no demo \"" + what + "\": leave it out to see a change, or name \"" + LEADER + "\"");
        }
        return new LeaderDemo();
    }

    /** The launcher says where it is; nobody else starts the demo. */
    private static Path home() throws UsageException {
        String home = System.getProperty("muster.home");
        if (home == null) {
            throw new UsageException("The demo starts other programs of the distribution and has to know where that is:"
                    + " run it with \"muster demo\", the launcher");
        }
        return Path.of(home);
    }

    private int run() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "demo-end"));
        int code;
        try {
            Findings findings = this.demo.run(this.stage);
            this.out.println(this.json ? findings.json(this.keep ? kept() : null) : "\n" + findings.text());
            if (!findings.held() && !this.keep) {
                this.err.println("muster: not everything held; run it again with --keep to look at it");
            }
            code = findings.held() ? 0 : FAILED;
        }
        catch (DemoFailedException ex) {
            if (!this.stage.isClosed()) {
                fail(this.err, this.json, "internal", ex.getMessage());
            }
            code = FAILED;
        }
        return end() ? code : FAILED;
    }

    /** Whether nothing is left, or all that was asked to be. */
    private boolean end() {
        try {
            if (this.keep) {
                this.stage.leave();
                tellKept();
            }
            else {
                this.stage.close();
            }
            return true;
        }
        catch (DemoFailedException ex) {
            fail(this.err, this.json, "internal", ex.getMessage());
            return false;
        }
    }

    /** At the end of this process, by a signal or by itself. */
    private void interrupted() {
        if (!this.stage.isClosed()) {
            this.err.println(this.keep ? "Interrupted" : "Interrupted: ending what was started");
            end();
        }
    }

    private Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("directory", String.valueOf(this.stage.files()));
        Map<String, Object> processes = new LinkedHashMap<>();
        this.stage.supervisors().forEach((one) -> processes.put(one.member().name(), one.pid()));
        kept.put("processes", processes);
        return kept;
    }

    private void tellKept() {
        List<Supervisor> left = this.stage.supervisors();
        Path files = this.stage.files();
        if (files == null || left.isEmpty()) {
            return;
        }
        String pids = left.stream().map((one) -> Long.toString(one.pid())).collect(Collectors.joining(" "));
        this.err.println("Left running, in " + files);
        this.err.println("  look:   " + String.join("\n          ", this.demo.looks(files.toString())));
        this.err.println("  end:    kill " + pids);
        this.err.println("          rm -r " + files);
    }

    private static void fail(PrintStream err, boolean json, String type, @Nullable String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:muster:problem:" + type);
        problem.put("detail", String.valueOf(detail));
        err.println(json ? JsonMapper.builder().build().writeValueAsString(problem) : "muster: " + detail);
    }

}
