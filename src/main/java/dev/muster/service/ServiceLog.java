package dev.muster.service;

import java.time.InstantSource;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Where the lines of a service and its hooks go: to whoever reads along, and into the log
 * that is kept. Any thread may add lines.
 */
final class ServiceLog {

    private final ServiceOutput output;

    private final LineLog kept;

    private final Supplier<String> group;

    private final InstantSource clock;

    /**
     * @param group the name that lines carry, asked for each
     */
    ServiceLog(ServiceOutput output, LineLog kept, Supplier<String> group, InstantSource clock) {
        this.output = output;
        this.kept = kept;
        this.group = group;
        this.clock = clock;
    }

    void line(ServiceOutput.Stream stream, String text) {
        line(stream, null, text);
    }

    void line(Hook hook, String text) {
        line(ServiceOutput.Stream.HK, hook.fileName(), text);
    }

    private void line(ServiceOutput.Stream stream, @Nullable String hook, String text) {
        this.kept.append(new LineLog.Entry(this.clock.instant(), stream, hook, text));
        this.output.line(new ServiceOutput.Line(this.group.get(), stream, hook, text));
    }

    LineLog kept() {
        return this.kept;
    }

    void close() {
        this.kept.close();
    }

}
