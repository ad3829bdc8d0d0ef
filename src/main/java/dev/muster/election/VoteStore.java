package dev.muster.election;

import java.io.IOException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** Where a member's vote is kept. */
@FunctionalInterface
public interface VoteStore {

    /**
     * Writes a record over the one before, whole or not at all, and syncs it. Never
     * waits.
     * @param done hears, on any thread, that it is on disk, or why it is not
     */
    void save(VoteRecord record, Consumer<@Nullable IOException> done);

}
