package dev.muster.group;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.muster.rumor.Replica;

/** Tells whoever waits for a fact what became of it. */
final class Submissions {

    private Submissions() {
    }

    /**
     * Completes {@code answer} once the fact is held, or with a {@link RefusedException}
     * when it could not be written.
     */
    static <T> Replica.Submission answering(CompletableFuture<T> answer, Supplier<T> result) {
        return new Replica.Submission() {

            @Override
            public void held() {
                answer.complete(result.get());
            }

            @Override
            public void failed(IOException why) {
                answer.completeExceptionally(new RefusedException(RefusedException.Reason.STORAGE,
                        "The change was not accepted, because it could not be written: " + why.getMessage(), null));
            }

        };
    }

}
