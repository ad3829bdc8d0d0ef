package dev.muster.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** A process that was started, and all that it has printed so far. */
final class Launched implements AutoCloseable {

    private final Process process;

    private final Stream out;

    private final Stream err;

    private Launched(Process process) {
        this.process = process;
        this.out = new Stream(process.getInputStream());
        this.err = new Stream(process.getErrorStream());
    }

    static Launched start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        // Whoever runs the build in the background has told it to ignore interruptions.
        List<String> interruptible = new ArrayList<>(List.of("env", "--default-signal"));
        interruptible.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(interruptible).directory(directory.toFile());
        builder.environment().keySet().removeIf((name) -> name.startsWith("MUSTER_") || name.startsWith("HAB_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new Launched(builder.start());
    }

    /** The distribution that the build has made. */
    static Path distribution() {
        return Path.of(System.getProperty("muster.distribution"));
    }

    Process process() {
        return this.process;
    }

    void type(String text) throws IOException {
        OutputStream input = this.process.getOutputStream();
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    void awaitOut(String text) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(out()).contains(text));
    }

    int exit() throws IOException, InterruptedException {
        if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Still running; printed so far: " + out() + err());
        }
        this.out.end();
        this.err.end();
        return this.process.exitValue();
    }

    String out() {
        return this.out.text();
    }

    String err() {
        return this.err.text();
    }

    @Override
    public void close() throws IOException {
        this.process.descendants().forEach(ProcessHandle::destroyForcibly);
        this.process.destroyForcibly();
        this.process.getOutputStream().close();
    }

    /** Collects what is printed. */
    private static final class Stream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private final Thread reader;

        private Stream(InputStream stream) {
            this.reader = new Thread(() -> {
                try {
                    stream.transferTo(this.bytes);
                }
                catch (IOException ex) {
                    throw new UncheckedIOException(ex);
                }
            });
            this.reader.setDaemon(true);
            this.reader.start();
        }

        private void end() throws InterruptedException {
            this.reader.join(10_000);
        }

        private String text() {
            return this.bytes.toString(StandardCharsets.UTF_8);
        }

    }

}
