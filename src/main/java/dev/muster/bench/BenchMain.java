package dev.muster.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.muster.shell.UsageException;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster bench apply}: how long a change takes until all members have it. */
public final class BenchMain {

    private static final int FAILED = 1;

    private static final int USAGE = 2;

    private static final int INTERRUPTED = 130;

    /** How long members may take to end when somebody interrupts. */
    private static final int LAST_SECONDS = 60;

    /** Of heap, by what was seen with 3 to 100 members. */
    private static final int BASE_MIB = 64;

    private static final int LOOPBACK_MIB = 5;

    private static final int TCP_MIB = 12;

    private final PrintStream out;

    private final PrintStream err;

    private BenchMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Measures, prints, and ends the JVM.
     * @param words those behind the name of the command
     */
    public static void main(String[] words) {
        System.getProperties().putIfAbsent("logback.configurationFile", "dev/muster/bench/logback-bench.xml");
        Thread measuring = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            measuring.interrupt();
            try {
                ended.await(LAST_SECONDS, TimeUnit.SECONDS);
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }, "muster-bench-ending"));
        int code;
        try {
            code = new BenchMain(stream(FileDescriptor.out), stream(FileDescriptor.err)).run(List.of(words));
        }
        finally {
            ended.countDown();
        }
        System.exit(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private int run(List<String> words) {
        boolean json = asksForJson(words);
        try {
            BenchOptions options = BenchOptions.parse(words);
            for (int members : options.members()) {
                requireRoom(members, options);
            }
            BenchReport report = measure(options);
            this.out.println(options.json() ? report.json() : report.text());
            return 0;
        }
        catch (UsageException ex) {
            return fail(json, "bad-request", 400, ex.getMessage(), USAGE);
        }
        catch (BenchFailure ex) {
            return fail(json, "internal", 500, ex.getMessage(), FAILED);
        }
        catch (InterruptedException ex) {
            return fail(json, "interrupted", 500, "Interrupted; nothing is left behind", INTERRUPTED);
        }
        catch (OutOfMemoryError ex) {
            return fail(json, "internal", 500, "Not enough memory or threads (" + ex.getMessage()
                    + "): give the JVM more with MUSTER_JAVA_OPTS=-Xmx2g, raise the limit of processes (ulimit -u), "
                    + "or measure fewer members", FAILED);
        }
    }

    /** Known before the words are, so that a mistake in them is told as JSON too. */
    private static boolean asksForJson(List<String> words) {
        int format = words.indexOf("--format");
        return words.contains("--format=json")
                || (format >= 0 && format + 1 < words.size() && words.get(format + 1).equals("json"));
    }

    private BenchReport measure(BenchOptions options) throws BenchFailure, InterruptedException {
        List<RingResult> results = new ArrayList<>();
        try (Directory all = Directory.create()) {
            Machine machine = Machine.here(all.fileSystem());
            if (machine.fileSystem().equals("tmpfs") || machine.fileSystem().equals("ramfs")) {
                this.err
                    .println("muster: " + all.path() + " is memory, where a sync costs nothing: name a directory on "
                            + "a disk with MUSTER_JAVA_OPTS=-Djava.io.tmpdir=DIR");
            }
            for (int members : options.members()) {
                try (Directory directory = Directory.create()) {
                    ApplyBench bench = new ApplyBench(members, options.transport(), ApplyBench.WarmUp.DEFAULT,
                            this.err);
                    results.add(bench.run(options.changes(), directory.path()));
                }
            }
            return new BenchReport(machine, options.transportName(), results);
        }
    }

    private static void requireRoom(int members, BenchOptions options) throws BenchFailure {
        boolean tcp = options.transportName().equals("tcp");
        long needed = BASE_MIB + (long) members * (tcp ? TCP_MIB : LOOPBACK_MIB);
        long most = Runtime.getRuntime().maxMemory() >> 20;
        if (most < needed) {
            throw new BenchFailure(members + " members need about " + needed + " MiB of heap and this JVM has " + most
                    + ": run again with MUSTER_JAVA_OPTS=-Xmx" + needed + "m, or with fewer members");
        }
    }

    private int fail(boolean json, String type, int status, String message, int code) {
        if (json) {
            Map<String, Object> problem = new LinkedHashMap<>();
            problem.put("type", "urn:muster:problem:" + type);
            problem.put("status", status);
            problem.put("detail", message);
            this.err.println(JsonMapper.shared().writeValueAsString(problem));
        }
        else {
            this.err.println("muster: " + message);
        }
        return code;
    }

}
