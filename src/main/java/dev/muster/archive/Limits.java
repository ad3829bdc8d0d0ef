package dev.muster.archive;

/**
 * What a package may be at most. They keep a small archive from filling disk or memory.
 *
 * @param entries files, directories and links in it
 * @param bytes unpacked, and of the archive itself
 */
public record Limits(long entries, long bytes) {

    /** The variable that sets {@link #bytes}, in GiB. */
    public static final String VARIABLE = "MUSTER_PKG_LIMIT";

    private static final long GIBIBYTE = 1L << 30;

    /** A million entries, 8 GiB. */
    public static final Limits DEFAULT = new Limits(1_000_000, 8 * GIBIBYTE);

    /** Deepest directory. */
    static final int DEPTH = 100;

    /**
     * What a name in an archive, or a link's target, may have, in bytes of the archive.
     */
    static final int NAME_BYTES = 4_096;

    /**
     * What unpacking may keep in memory, in KiB: enough for everything that xz packs with
     * a level of up to 7; the node has little.
     */
    static final int MEMORY_KIB = 20 * 1_024;

    /** Of all files together that are read whole: templates, hooks, metadata. */
    static final long READ_BYTES = 8L << 20;

    /**
     * @param gibibytes what {@link #VARIABLE} says; null for nothing
     * @throws IllegalArgumentException when it is no number from 1 to 1,048,576
     */
    public static Limits of(@org.jspecify.annotations.Nullable String gibibytes) {
        if (gibibytes == null || gibibytes.isBlank()) {
            return DEFAULT;
        }
        if (!gibibytes.strip().matches("[1-9][0-9]{0,6}") || Long.parseLong(gibibytes.strip()) > 1_048_576) {
            throw new IllegalArgumentException(VARIABLE + " is the most GiB that an unpacked package may have, from 1"
                    + " to 1048576, and not '" + gibibytes + "'");
        }
        return new Limits(DEFAULT.entries, Long.parseLong(gibibytes.strip()) * GIBIBYTE);
    }

}
