package dev.muster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import com.sun.management.ThreadMXBean;

/**
 * What somebody may send who means harm, or whose memory is broken: bytes as they should
 * be with a few changes of all kinds, and bytes by lot. The same seed gives the same
 * bytes.
 */
public final class Mutations {

    /** So many for each thing that is decoded; more in the long run. */
    public static final int CASES = Integer.getInteger("muster.cases", 1000);

    /** For one case; a busy machine is no reason to fail. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Allocated for one case, which has some hundred bytes. */
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Mutations() {
    }

    /** Bytes made of one of these. */
    public static byte[] of(List<byte[]> whole, long seed) {
        Random random = new Random(seed);
        if (random.nextInt(20) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] changed = whole.get(random.nextInt(whole.size())).clone();
        for (int change = random.nextInt(5); change >= 0; change--) {
            changed = change(changed, whole.get(random.nextInt(whole.size())), random);
        }
        return changed;
    }

    /**
     * Puts a file there. Not over the one of the case before: file systems that put off
     * what they write do it at once for a file that is written over, which takes a
     * hundred times as long as what is tried.
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, bytes);
    }

    private static byte[] change(byte[] bytes, byte[] other, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(12));
        return switch (random.nextInt(7)) {
            case 0 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            case 3 -> {
                int from = random.nextInt(other.length + 1);
                byte[] piece = Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(40)));
                yield joined(joined(Arrays.copyOf(bytes, at), piece), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            // Lengths and numbers as large as can be.
            case 4 -> {
                byte[] large = bytes.clone();
                Arrays.fill(large, at, end, (byte) (random.nextBoolean() ? 0xff : 0x7f));
                yield large;
            }
            default -> {
                byte[] flipped = bytes.clone();
                if (at < flipped.length) {
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                }
                yield flipped;
            }
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /**
     * Tries all; what is refused must be refused in one way.
     * @param whole as it should be; each of these must be taken
     * @param refusal what the decoder may throw
     * @throws AssertionError when it throws anything else, names the seed
     */
    public static void eachIsTakenOrRefused(List<byte[]> whole, Consumer<byte[]> decoder,
            Class<? extends Exception> refusal) {
        whole.forEach(decoder);
        int refused = 0;
        for (long seed = 0; seed < CASES; seed++) {
            byte[] changed = of(whole, seed);
            long begin = System.nanoTime();
            long held = allocated();
            try {
                decoder.accept(changed);
            }
            catch (RuntimeException | Error ex) {
                if (!refusal.isInstance(ex)) {
                    throw new AssertionError("seed " + seed + ", " + changed.length + " bytes", ex);
                }
                refused++;
            }
            requireBounded(seed, changed, System.nanoTime() - begin, allocated() - held);
        }
        if (refused < CASES / 10) {
            throw new AssertionError("Only " + refused + " of " + CASES + " were refused: this tries nothing");
        }
    }

    /**
     * As {@link #eachIsTakenOrRefused}, of texts; what is no UTF-8 has marks of that in
     * it.
     */
    public static void eachTextIsTakenOrRefused(List<String> whole, Consumer<String> decoder,
            Class<? extends Exception> refusal) {
        eachIsTakenOrRefused(whole.stream().map((text) -> text.getBytes(StandardCharsets.UTF_8)).toList(),
                (bytes) -> decoder.accept(new String(bytes, StandardCharsets.UTF_8)), refusal);
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Neither hangs nor takes memory for a length that is only said. */
    private static void requireBounded(long seed, byte[] changed, long nanos, long bytes) {
        if (nanos > LONGEST.toNanos() || bytes > MOST_BYTES) {
            throw new AssertionError("seed " + seed + ", " + changed.length + " bytes, took " + nanos / 1_000_000
                    + " ms and " + bytes + " bytes");
        }
    }

}
