package dev.muster.content;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.muster.rumor.MemberId;

/** The other members, as somebody who has questions sees them. */
@FunctionalInterface
public interface Peers {

    /**
     * Asks one of them.
     * @param topic one of those in {@link Questions}
     * @return the answer, on the loop; or a failure when it refuses, is silent for so
     * long, or leaves
     */
    CompletableFuture<byte[]> ask(MemberId member, String topic, byte[] question, Duration patience);

}
