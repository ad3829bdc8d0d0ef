package dev.muster.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.muster.shell.UsageException;
import tools.jackson.databind.json.JsonMapper;

/** What all measurements have in common: how they end, and how they say why. */
final class BenchProgram {

    private static final int FAILED = 1;

    private static final int USAGE = 2;

    private static final int INTERRUPTED = 130;

    /** How long what was started may take to end when somebody interrupts. */
    private static final int LAST_SECONDS = 60;

    private final PrintStream out = stream(FileDescriptor.out);

    private final PrintStream err = stream(FileDescriptor.err);

    private BenchProgram() {
    }

    /** Something to be measured. */
    @FunctionalInterface
    interface Measurement {

        /**
         * @param progress hears how far it is
         * @return the result, to be printed
         */
        String measure(List<String> words, PrintStream progress)
                throws UsageException, BenchFailure, InterruptedException;

    }

    /** Measures, prints, and ends the JVM. */
    static void run(Measurement measurement, String[] words) {
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
            code = new BenchProgram().code(measurement, List.of(words));
        }
        finally {
            ended.countDown();
        }
        System.exit(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private int code(Measurement measurement, List<String> words) {
        boolean json = asksForJson(words);
        try {
            this.out.println(measurement.measure(words, this.err));
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
                    + "or measure less", FAILED);
        }
    }

    /** Known before the words are, so that a mistake in them is told as JSON too. */
    private static boolean asksForJson(List<String> words) {
        int format = words.indexOf("--format");
        return words.contains("--format=json")
                || (format >= 0 && format + 1 < words.size() && words.get(format + 1).equals("json"));
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
