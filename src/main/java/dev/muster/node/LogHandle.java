package dev.muster.node;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

import dev.muster.rumor.Fact;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import org.jspecify.annotations.Nullable;

/**
 * The log, for those who must exist before it: it tells what it holds while it is opened,
 * one fact after another, so that no node ever has all of its content in memory.
 */
final class LogHandle implements FactLog {

    private volatile @Nullable FactLog opened;

    void opened(FactLog log) {
        this.opened = log;
    }

    private FactLog log() {
        FactLog log = this.opened;
        if (log == null) {
            throw new IllegalStateException("The log is used before it is open");
        }
        return log;
    }

    @Override
    public void append(List<Fact> facts, Completion completion) {
        log().append(facts, completion);
    }

    @Override
    public Fact read(Hash hash) throws IOException {
        return log().read(hash);
    }

    @Override
    public void drop(Collection<Hash> hashes) {
        FactLog log = this.opened;
        if (log != null) {
            log.drop(hashes);
        }
        // While the log is being opened a fact too many may show; it is dropped again by
        // whoever opens it next.
    }

}
