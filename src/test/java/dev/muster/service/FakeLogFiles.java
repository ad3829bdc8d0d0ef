package dev.muster.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Files that exist only as those who read them; a test speaks to these. */
final class FakeLogFiles implements LogFiles {

    /** Readable logs by path, as long as the fake lives. */
    final Map<Path, FakeLineLog> lineLogs = new TreeMap<>();

    private final Map<String, Consumer<String>> readers;

    /**
     * @param readers by name of the file, as long as it is followed
     */
    FakeLogFiles(Map<String, Consumer<String>> readers) {
        this.readers = readers;
    }

    @Override
    public Following follow(Path file, Consumer<String> lines) {
        String name = String.valueOf(file.getFileName());
        this.readers.put(name, lines);
        return new Following() {

            @Override
            public void stop() {
                FakeLogFiles.this.readers.remove(name);
            }

            @Override
            public void leave() {
                FakeLogFiles.this.readers.remove(name);
            }

        };
    }

    @Override
    public Following resume(Path file, Consumer<String> lines) {
        return follow(file, lines);
    }

    @Override
    public LineLog lineLog(Path file) {
        return this.lineLogs.computeIfAbsent(file, (missing) -> new FakeLineLog());
    }

    /** Keeps all lines, and tells followers on the thread that adds one. */
    static final class FakeLineLog implements LineLog {

        final List<Entry> entries = new ArrayList<>();

        private final List<Listener> listeners = new ArrayList<>();

        @Override
        public void append(Entry entry) {
            this.entries.add(entry);
            List.copyOf(this.listeners).forEach((listener) -> listener.line(entry));
        }

        @Override
        public List<Entry> tail(int lines) {
            return List.copyOf(this.entries.subList(Math.max(0, this.entries.size() - lines), this.entries.size()));
        }

        @Override
        public Following follow(int lines, Listener listener) {
            tail(lines).forEach(listener::line);
            this.listeners.add(listener);
            return () -> this.listeners.remove(listener);
        }

        @Override
        public void close() {
            List.copyOf(this.listeners).forEach(Listener::ended);
            this.listeners.clear();
        }

    }

}
