package dev.muster.service;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What a service and its hooks wrote, in one order, with time and source: the log that
 * people read. Bounded; the oldest lines go. All methods may be called by any thread.
 */
public interface LineLog extends AutoCloseable {

    /**
     * Adds a line. Never waits for those who follow, never fails: a disk that refuses is
     * told of once, elsewhere.
     */
    void append(Entry entry);

    /**
     * The last lines, oldest first.
     * @param lines how many, at least 0; fewer are returned where the log has fewer, or
     * where so many would need more memory than a few MiB
     */
    List<Entry> tail(int lines);

    /**
     * Tells the last lines, and then each that is added, without a gap between; on a
     * thread of its own, so that the listener may take its time.
     * @param lines how many of the last, as {@link #tail}
     */
    Following follow(int lines, Listener listener);

    /** Ends it, and all followings; what is added from now on is lost. */
    @Override
    void close();

    /** One who reads along. A listener that throws hears nothing more. */
    interface Listener {

        void line(Entry entry);

        /**
         * It took too long: so many lines, that came before the next it hears, were left
         * out.
         */
        void skipped(long lines);

        /** Nothing more will come, since the log was closed. */
        void ended();

    }

    /** Someone's reading along. */
    @FunctionalInterface
    interface Following {

        /** Waits for nothing: the listener may be in the middle of its last line. */
        void stop();

    }

    /**
     * One line.
     *
     * @param at to the millisecond
     * @param hook the hook's name for {@link ServiceOutput.Stream#HK}, null otherwise
     * @param text without line end
     */
    record Entry(Instant at, ServiceOutput.Stream stream, @Nullable String hook, String text) {

        private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

        private static final String HOOK = "HK[";

        public Entry {
            if ((stream == ServiceOutput.Stream.HK) != (hook != null)) {
                throw new IllegalArgumentException(
                        "A hook's name belongs to HK and only there: " + stream + " " + hook);
            }
            if (hook != null && (hook.isEmpty() || hook.matches(".*[\\s\\]].*"))) {
                throw new IllegalArgumentException("No name of a hook: " + hook);
            }
            at = Instant.ofEpochMilli(at.toEpochMilli());
            text = text.replace('\n', ' ');
        }

        /**
         * As it stands in the file: {@code 2026-11-22T13:00:00.123Z O Ready}, with
         * {@code E} for standard error and {@code HK[init]} for a hook.
         */
        @Override
        public String toString() {
            String source = (this.hook != null) ? HOOK + this.hook + "]" : this.stream.name();
            return TIME.format(this.at) + " " + source + " " + this.text;
        }

        /** Empty for text that is no entry, such as one that was cut off by a crash. */
        public static Optional<Entry> parse(String line) {
            String[] parts = line.split(" ", 3);
            if (parts.length < 3) {
                return Optional.empty();
            }
            try {
                Instant at = Instant.parse(parts[0]);
                String source = parts[1];
                if (source.startsWith(HOOK) && source.endsWith("]")) {
                    return Optional.of(new Entry(at, ServiceOutput.Stream.HK,
                            source.substring(HOOK.length(), source.length() - 1), parts[2]));
                }
                return Optional.of(new Entry(at, ServiceOutput.Stream.valueOf(source), null, parts[2]));
            }
            catch (DateTimeParseException | IllegalArgumentException ex) {
                return Optional.empty();
            }
        }

    }

}
