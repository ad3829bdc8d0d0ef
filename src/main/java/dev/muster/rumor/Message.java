package dev.muster.rumor;

import java.util.List;
import java.util.Map;

import dev.muster.rumor.RumorStore.Roots;

/** What members say to each other about facts. {@link MessageCodec} gives the bytes. */
sealed interface Message {

    /**
     * Facts, for whoever has not got them.
     *
     * @param exchange the exchange they belong to, 0 for a broadcast
     * @param receiptWanted whether the receiver tells the sender when it has them on disk
     * @param relay whether the receiver broadcasts those that were new to it
     */
    record Facts(long exchange, boolean receiptWanted, boolean relay, List<Fact> facts) implements Message {

        /** Whether it says only how members are, and nobody waits for an answer. */
        boolean isWordOfStates() {
            return this.exchange == 0 && !this.receiptWanted && !this.relay
                    && this.facts.stream().allMatch((fact) -> fact.retention() == Fact.Retention.TRANSIENT);
        }

    }

    /** The sender has these facts on disk, or facts that outlive them. */
    record Receipts(List<Receipt> receipts) implements Message {
    }

    /** Opens an exchange. */
    record Open(long exchange, Roots roots) implements Message {
    }

    /**
     * What the asked member holds, where the roots differed.
     *
     * @param durable whether durable facts are told
     * @param transients whether transient facts are told
     * @param parts how many such messages there are
     */
    record Digests(long exchange, boolean durable, boolean transients, int parts,
            Map<Slot, SlotDigest> digests) implements Message {
    }

    /**
     * Asks for facts under these keys but the ones named, which the sender holds.
     *
     * @param answer whether this answers such a message, which ends the matter
     * @param relay whether the facts sent for it are to be relayed
     */
    record Want(long exchange, boolean answer, boolean relay, Map<Slot, List<Hash>> held) implements Message {
    }

    /**
     * Ends an exchange.
     *
     * @param messages how many {@link Facts} were sent in it
     */
    record Close(long exchange, int messages) implements Message {
    }

    /** What the sender holds, after it has found a difference to somebody. */
    record Hint(Roots roots) implements Message {
    }

    /**
     * A question that one member asks another.
     *
     * @param id of this question, the asking member's own
     * @param topic what it is about, 1 to 100 characters
     */
    record Ask(long id, String topic, byte[] body) implements Message {

        private static final int MAX_TOPIC = 100;

        public Ask {
            requireTopic(topic);
        }

        static void requireTopic(String topic) {
            if (topic.isEmpty() || topic.length() > MAX_TOPIC) {
                throw new IllegalArgumentException(
                        "A topic has 1 to " + MAX_TOPIC + " characters, this one has " + topic.length());
            }
        }

    }

    /**
     * What the asked member says to it.
     *
     * @param id of the question
     * @param body the answer; for a refusal a text in UTF-8
     */
    record Reply(long id, Outcome outcome, byte[] body) implements Message {

        /** Their order is what travels: a new one goes to the end. */
        enum Outcome {

            ANSWERED, UNKNOWN_TOPIC, REFUSED

        }

    }

    /** Something that a later release says; it is meant for members that know it. */
    record Unknown(int kind) implements Message {
    }

    /**
     * One member's answer to one fact.
     *
     * @param fact what it has received
     * @param current the greatest it holds under that key, which is not this one when it
     * was already overtaken
     */
    record Receipt(Hash fact, Version current) {
    }

}
