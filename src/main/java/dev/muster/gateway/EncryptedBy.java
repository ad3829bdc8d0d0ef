package dev.muster.gateway;

import java.util.Optional;

import dev.muster.key.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * What answers say in place of what is encrypted.
 *
 * @param by the user whose key it was made with
 * @param group whose members can read it
 * @param text for people: {@code encrypted by alice for redis.prod@acme}
 */
record EncryptedBy(String by, String group, String text) {

    /** Null for what everybody may see. */
    static @Nullable EncryptedBy of(Optional<Envelope> envelope) {
        return envelope.map((known) -> new EncryptedBy(known.sender().name(), known.recipient().name(), known.text()))
            .orElse(null);
    }

}
