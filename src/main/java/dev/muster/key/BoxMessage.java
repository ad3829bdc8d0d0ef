package dev.muster.key;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a user has encrypted for the members of a service group, in Habitat's text form
 * ({@code BOX-1}): whose key it was made with, for whose it is, and the box. Everybody
 * may pass it on.
 *
 * <p>
 * That it opens says that somebody made it who has one of the two secret keys. So for a
 * member it comes from that user or from another member of the group, and nobody can
 * prove to a third which.
 */
public final class BoxMessage {

    private static final String TAG = "BOX-1";

    private static final String ANONYMOUS_TAG = "ANONYMOUS-BOX-1";

    private static final int LINES = 5;

    private final NamedRevision sender;

    private final NamedRevision recipient;

    private final byte[] nonce;

    private final byte[] box;

    private BoxMessage(NamedRevision sender, NamedRevision recipient, byte[] nonce, byte[] box) {
        this.sender = sender;
        this.recipient = recipient;
        this.nonce = nonce;
        this.box = box;
    }

    /**
     * Encrypts.
     * @param random for a nonce: 24 bytes by chance do not come twice
     * @throws InvalidKeyException when the recipient's key keeps nothing secret
     */
    public static BoxMessage seal(byte[] content, SecretBoxKey sender, PublicBoxKey recipient, SecureRandom random) {
        CryptoBox between = CryptoBox.between(sender, recipient)
            .orElseThrow(() -> new InvalidKeyException("The public key " + recipient.id()
                    + " is none that anybody can have the secret half of: everybody could read what it encrypts"));
        byte[] nonce = new byte[CryptoBox.NONCE_LENGTH];
        random.nextBytes(nonce);
        return new BoxMessage(sender.id(), recipient.id(), nonce, between.seal(content, nonce));
    }

    /**
     * Reads what {@link #text} gives, or what Habitat wrote; opens nothing. Takes time
     * and memory in proportion to the text.
     * @throws UnreadableMessageException when it is no such message
     */
    public static BoxMessage parse(String text) {
        List<String> lines = text.lines().limit(LINES + 1L).toList();
        if (lines.isEmpty() || !lines.get(0).equals(TAG)) {
            boolean anonymous = !lines.isEmpty() && lines.get(0).equals(ANONYMOUS_TAG);
            throw wrong(anonymous ? "it does not say who encrypted it (" + ANONYMOUS_TAG + ")"
                    : "its first line is something else");
        }
        if (lines.size() < LINES) {
            throw wrong("it ends after line " + lines.size() + " of " + LINES);
        }
        if (lines.size() > LINES) {
            throw wrong("something follows its line " + LINES);
        }
        byte[] nonce = decode(lines.get(3), "nonce");
        if (nonce.length != CryptoBox.NONCE_LENGTH) {
            throw wrong("its nonce has " + nonce.length + " bytes and not " + CryptoBox.NONCE_LENGTH);
        }
        byte[] box = decode(lines.get(4), "box");
        if (box.length < CryptoBox.TAG_LENGTH) {
            throw wrong("its box has " + box.length + " bytes, fewer than an empty one");
        }
        return new BoxMessage(name(lines.get(1), "sender"), name(lines.get(2), "recipient"), nonce, box);
    }

    /** Whether a text is meant to be such a message, whole or not. */
    public static boolean isMeantBy(String text) {
        return text.startsWith(TAG + "\n") || text.startsWith(TAG + "\r\n");
    }

    private static NamedRevision name(String line, String whose) {
        try {
            return NamedRevision.parse(line);
        }
        catch (InvalidKeyException ex) {
            throw wrong("the " + whose + ": " + ex.getMessage());
        }
    }

    private static byte[] decode(String line, String what) {
        try {
            return Base64.getDecoder().decode(line);
        }
        catch (IllegalArgumentException ex) {
            throw wrong("its " + what + " is not base64");
        }
    }

    private static UnreadableMessageException wrong(String what) {
        return new UnreadableMessageException("This is no encrypted message (" + TAG + "): " + what);
    }

    /**
     * Decrypts.
     * @param from the key that {@link #sender} names
     * @param to the key that {@link #recipient} names
     * @throws UnreadableMessageException when it was not made with these keys, or has
     * been changed
     */
    public byte[] open(PublicBoxKey from, SecretBoxKey to) {
        if (!from.id().equals(this.sender) || !to.id().equals(this.recipient)) {
            throw new UnreadableMessageException("This message is from " + this.sender + " to " + this.recipient
                    + ", and the keys are those of " + from.id() + " and " + to.id());
        }
        return CryptoBox.between(to, from)
            .flatMap((between) -> between.open(this.box, this.nonce))
            .orElseThrow(() -> new UnreadableMessageException(
                    "The message from " + this.sender + " to " + this.recipient + " cannot be opened: "
                            + "it was made with other keys of these names, or has been changed on its way"));
    }

    /** Whose public key opens it. */
    public NamedRevision sender() {
        return this.sender;
    }

    /** Whose secret key opens it. */
    public NamedRevision recipient() {
        return this.recipient;
    }

    /** As it travels; Habitat ends it without a line feed. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join("\n", TAG, this.sender.toString(), this.recipient.toString(),
                base64.encodeToString(this.nonce), base64.encodeToString(this.box));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BoxMessage message && this.sender.equals(message.sender)
                && this.recipient.equals(message.recipient) && Arrays.equals(this.nonce, message.nonce)
                && Arrays.equals(this.box, message.box);
    }

    @Override
    public int hashCode() {
        return Objects.hash(this.sender, this.recipient, Arrays.hashCode(this.nonce), Arrays.hashCode(this.box));
    }

    @Override
    public String toString() {
        return "BoxMessage from " + this.sender + " to " + this.recipient;
    }

}
