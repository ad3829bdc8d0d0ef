package dev.muster.key;

/**
 * What anybody can see of an encrypted message without opening it.
 *
 * @param sender whose public key it opens with
 * @param recipient whose secret key it opens with
 */
public record Envelope(NamedRevision sender, NamedRevision recipient) {

    /** For people: {@code encrypted by alice for redis.prod@acme}. */
    public String text() {
        return "encrypted by " + this.sender.name() + " for " + this.recipient.name();
    }

}
