package dev.muster.ring;

import java.util.concurrent.atomic.LongAdder;

/** What is counted, on any thread. */
final class Counters {

    final LongAdder messagesOut = new LongAdder();

    final LongAdder bytesOut = new LongAdder();

    final LongAdder messagesIn = new LongAdder();

    final LongAdder bytesIn = new LongAdder();

    final LongAdder dropped = new LongAdder();

    final LongAdder rejected = new LongAdder();

    final LongAdder merges = new LongAdder();

}
