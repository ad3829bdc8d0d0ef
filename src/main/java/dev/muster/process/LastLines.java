package dev.muster.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import dev.muster.service.LineLog;

/** Reads entries backwards, file after file, until there are enough. */
final class LastLines {

    private static final int CHUNK = 64 * 1024;

    /** In characters: what one answer may hold in memory. */
    private static final long MOST = 4 * 1024 * 1024;

    /** No line of ours is longer; what is, is no line. */
    private static final int LONGEST = 256 * 1024;

    private final int wanted;

    private final List<LineLog.Entry> newestFirst;

    private long taken;

    LastLines(int wanted, List<LineLog.Entry> newestFirst) {
        this.wanted = wanted;
        this.newestFirst = newestFirst;
    }

    boolean wantsMore() {
        return this.newestFirst.size() < this.wanted && this.taken < MOST;
    }

    void read(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] rest = {};
            long start = file.length();
            while (start > 0 && wantsMore()) {
                int count = (int) Math.min(CHUNK, start);
                start -= count;
                byte[] bytes = Arrays.copyOf(new byte[0], count + rest.length);
                file.seek(start);
                file.readFully(bytes, 0, count);
                System.arraycopy(rest, 0, bytes, count, rest.length);
                int first = takeLines(bytes);
                rest = (first <= LONGEST) ? Arrays.copyOf(bytes, first) : new byte[0];
            }
            if (start == 0 && wantsMore()) {
                take(rest, 0, rest.length);
            }
        }
    }

    /**
     * Takes all lines but the first, which may have begun before.
     * @return where the first ends
     */
    private int takeLines(byte[] bytes) {
        int end = bytes.length;
        for (int index = bytes.length - 1; index >= 0 && wantsMore(); index--) {
            if (bytes[index] == '\n') {
                take(bytes, index + 1, end);
                end = index;
            }
        }
        return end;
    }

    private void take(byte[] bytes, int from, int to) {
        if (to > from) {
            // One that was cut off by a crash is none.
            LineLog.Entry.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8)).ifPresent((entry) -> {
                this.newestFirst.add(entry);
                this.taken += entry.text().length();
            });
        }
    }

}
