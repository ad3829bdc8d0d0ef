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

    private final Envelope envelope;

    private final byte[] nonce;

    private final byte[] box;

    private BoxMessage(Envelope envelope, byte[] nonce, byte[] box) {
        this.envelope = envelope;
        this.nonce = nonce;
        this.box = box;
    }

    /**
     * Encrypts.
     * @param random for a nonce: 24 bytes by chance do not come twice
     * @throws InvalidKeyException when the recipient's key keeps nothing secret
     */
    public static BoxMessage seal(byte[] content, SecretBoxKey sender, PublicBoxKey recipient, SecureRandom random) {
        CryptoBox between = between(sender, recipient);
        byte[] nonce = new byte[CryptoBox.NONCE_LENGTH];
        random.nextBytes(nonce);
        return new BoxMessage(new Envelope(sender.id(), recipient.id()), nonce, between.seal(content, nonce));
    }

    static CryptoBox between(SecretBoxKey sender, PublicBoxKey recipient) {
        return CryptoBox.between(sender, recipient)
            .orElseThrow(() -> new InvalidKeyException("The public key " + recipient.id()
                    + " is none that anybody can have the secret half of: everybody could read what it encrypts"));
    }

    /**
     * How many bytes the text of a message has.
     * @param content bytes of what is encrypted
     */
    public static long length(long content, Envelope envelope) {
        long box = content + CryptoBox.TAG_LENGTH;
        return head(envelope, new byte[CryptoBox.NONCE_LENGTH]).length() + (box + 2) / 3 * 4;
    }

    /**
     * How many bytes can be encrypted so that the text of the message has no more than
     * {@code length}.
     */
    public static long longest(long length, Envelope envelope) {
        long base64 = length - head(envelope, new byte[CryptoBox.NONCE_LENGTH]).length();
        return base64 / 4 * 3 - CryptoBox.TAG_LENGTH;
    }

    /**
     * Reads what {@link #text} gives, or what Habitat wrote; opens nothing. Takes time
     * and memory in proportion to the text.
     * @throws UnreadableMessageException when it is no such message
     */
    public static BoxMessage parse(String text) {
        List<String> lines = text.lines().limit(Head.LINES + 2L).toList();
        Head head = Head.parse(lines.subList(0, Math.min(lines.size(), Head.LINES)));
        if (lines.size() <= Head.LINES) {
            throw wrong("it ends after line " + Head.LINES + " of " + (Head.LINES + 1));
        }
        if (lines.size() > Head.LINES + 1) {
            throw wrong("something follows its line " + (Head.LINES + 1));
        }
        byte[] box = decode(lines.get(Head.LINES), "box");
        if (box.length < CryptoBox.TAG_LENGTH) {
            throw wrong("its box has " + box.length + " bytes, fewer than an empty one");
        }
        return new BoxMessage(head.envelope, head.nonce, box);
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

    static UnreadableMessageException wrong(String what) {
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
        return new Head(this.envelope, this.nonce).between(from, to)
            .open(this.box, this.nonce)
            .orElseThrow(() -> doesNotOpen(this.envelope));
    }

    static UnreadableMessageException doesNotOpen(Envelope envelope) {
        return new UnreadableMessageException("The message from " + envelope.sender() + " to " + envelope.recipient()
                + " cannot be opened: " + "it was made with other keys of these names, or has been changed on its way");
    }

    /** What everybody may see of it. */
    public Envelope envelope() {
        return this.envelope;
    }

    /** Whose public key opens it. */
    public NamedRevision sender() {
        return this.envelope.sender();
    }

    /** Whose secret key opens it. */
    public NamedRevision recipient() {
        return this.envelope.recipient();
    }

    /** As it travels; Habitat ends it without a line feed. */
    public String text() {
        return head(this.envelope, this.nonce) + Base64.getEncoder().encodeToString(this.box);
    }

    /** What stands before the box. */
    static String head(Envelope envelope, byte[] nonce) {
        return String.join("\n", TAG, envelope.sender().toString(), envelope.recipient().toString(),
                Base64.getEncoder().encodeToString(nonce), "");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BoxMessage message && this.envelope.equals(message.envelope)
                && Arrays.equals(this.nonce, message.nonce) && Arrays.equals(this.box, message.box);
    }

    @Override
    public int hashCode() {
        return Objects.hash(this.envelope, Arrays.hashCode(this.nonce), Arrays.hashCode(this.box));
    }

    @Override
    public String toString() {
        return "BoxMessage from " + sender() + " to " + recipient();
    }

    /** The lines before the box. */
    record Head(Envelope envelope, byte[] nonce) {

        static final int LINES = 4;

        /**
         * @param lines at most {@value #LINES}
         * @throws UnreadableMessageException when they are not what they have to be
         */
        static Head parse(List<String> lines) {
            if (lines.isEmpty() || !lines.get(0).equals(TAG)) {
                boolean anonymous = !lines.isEmpty() && lines.get(0).equals(ANONYMOUS_TAG);
                throw wrong(anonymous ? "it does not say who encrypted it (" + ANONYMOUS_TAG + ")"
                        : "its first line is something else");
            }
            if (lines.size() < LINES) {
                throw wrong("it ends after line " + lines.size() + " of " + (LINES + 1));
            }
            byte[] nonce = decode(lines.get(3), "nonce");
            if (nonce.length != CryptoBox.NONCE_LENGTH) {
                throw wrong("its nonce has " + nonce.length + " bytes and not " + CryptoBox.NONCE_LENGTH);
            }
            return new Head(new Envelope(name(lines.get(1), "sender"), name(lines.get(2), "recipient")), nonce);
        }

        /**
         * @throws UnreadableMessageException when these are other keys than those that it
         * names
         */
        CryptoBox between(PublicBoxKey from, SecretBoxKey to) {
            if (!from.id().equals(this.envelope.sender()) || !to.id().equals(this.envelope.recipient())) {
                throw new UnreadableMessageException("This message is from " + this.envelope.sender() + " to "
                        + this.envelope.recipient() + ", and the keys are those of " + from.id() + " and " + to.id());
            }
            return CryptoBox.between(to, from).orElseThrow(() -> doesNotOpen(this.envelope));
        }

    }

}
