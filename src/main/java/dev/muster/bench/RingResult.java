package dev.muster.bench;

/**
 * What was measured with one size of ring; milliseconds.
 *
 * @param members how many
 * @param warmUp so many changes of their group were made before
 * @param recordBytes what each change adds to a log, and what the bare peers send and
 * write
 * @param perChange for one change, and all that was said because of it
 * @param perIdleSecond in a second without a change
 * @param paced a second apart, as members take them
 * @param rendered apply to rendered by all, of these: every member has written the files
 * of its service
 * @param backToBack each as soon as all have received the one before: what an idle second
 * costs on its own, such as caches that others have filled meanwhile, is not in it
 */
record RingResult(int members, int warmUp, int recordBytes, Traffic perChange, Traffic perIdleSecond, Series paced,
        Percentiles rendered, Series backToBack) {
}
