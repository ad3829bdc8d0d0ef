package dev.muster.key;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A {@link BoxMessage} that is too long to be held in memory, as a stream: the same text,
 * read and written piece by piece.
 */
public final class BoxFile {

    private static final int BUFFER = 65_536;

    /** Longer than every line that stands before the box. */
    private static final int LONGEST_LINE = 256;

    private BoxFile() {
    }

    /**
     * Encrypts.
     * @param content is read twice: what makes a change noticed stands before what it is
     * of
     * @param out is left open
     * @throws InvalidKeyException when the recipient's key keeps nothing secret
     * @throws IOException when it could not be read or written, or was changed between
     * the two readings; what was written then is worth nothing
     */
    public static void seal(Source content, SecretBoxKey sender, PublicBoxKey recipient, SecureRandom random,
            OutputStream out) throws IOException {
        CryptoBox between = BoxMessage.between(sender, recipient);
        byte[] nonce = new byte[CryptoBox.NONCE_LENGTH];
        random.nextBytes(nonce);
        byte[] tag;
        try (InputStream in = content.open()) {
            tag = between.seal(in, nonce, OutputStream.nullOutputStream());
        }
        out.write(
                BoxMessage.head(new Envelope(sender.id(), recipient.id()), nonce).getBytes(StandardCharsets.US_ASCII));
        byte[] again;
        try (InputStream in = content.open(); OutputStream base64 = Base64.getEncoder().wrap(new Uncloseable(out))) {
            base64.write(tag);
            again = between.seal(in, nonce, base64);
        }
        if (!MessageDigest.isEqual(tag, again)) {
            throw new IOException("it was changed while it was encrypted; try again");
        }
    }

    /**
     * Reads what stands before the box.
     * @throws UnreadableMessageException when that is no encrypted message
     */
    public static Envelope envelope(InputStream in) throws IOException {
        return BoxMessage.Head.parse(head(in)).envelope();
    }

    /**
     * Decrypts what somebody says is such a message.
     * @param from the key that the sender is said to have
     * @param to the key that the recipient is said to have
     * @param out must be thrown away when this fails: what is wrong is known at the end
     * @throws UnreadableMessageException when it is none, was made with other keys, or
     * has been changed
     */
    public static void open(InputStream in, PublicBoxKey from, SecretBoxKey to, OutputStream out) throws IOException {
        BoxMessage.Head head = BoxMessage.Head.parse(head(in));
        CryptoBox between = head.between(from, to);
        try (InputStream box = Base64.getDecoder().wrap(new Line(in))) {
            if (!between.open(new Decoded(box), head.nonce(), out)) {
                throw BoxMessage.doesNotOpen(head.envelope());
            }
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < BoxMessage.Head.LINES; line++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int next = in.read();
            while (next >= 0 && next != '\n' && bytes.size() <= LONGEST_LINE) {
                bytes.write(next);
                next = in.read();
            }
            if (next < 0 && bytes.size() == 0) {
                break;
            }
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            lines.add(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
        return lines;
    }

    /** What can be read more than once. */
    @FunctionalInterface
    public interface Source {

        InputStream open() throws IOException;

    }

    /** Whose end is not that of what it writes to. */
    private static final class Uncloseable extends FilterOutputStream {

        private Uncloseable(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            this.out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }

    }

    /** Ends where its line does; nothing but that may follow. */
    private static final class Line extends InputStream {

        private final InputStream in;

        private final byte[] buffer = new byte[BUFFER];

        private int at;

        private int end;

        private Line(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (this.at == this.end) {
                this.at = 0;
                this.end = Math.max(0, this.in.readNBytes(this.buffer, 0, BUFFER));
                if (this.end == 0) {
                    return -1;
                }
            }
            int next = this.buffer[this.at++] & 0xff;
            if (next != '\r' && next != '\n') {
                return next;
            }
            boolean over = next == '\n' || read() < 0;
            if (!over || this.at < this.end || this.in.read() >= 0) {
                throw BoxMessage.wrong("something follows its line " + (BoxMessage.Head.LINES + 1));
            }
            return -1;
        }

    }

    /** Says in our words what is not base64. */
    private static final class Decoded extends FilterInputStream {

        private Decoded(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return super.read(bytes, from, length);
            }
            catch (IOException ex) {
                if (String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT).contains("base64")) {
                    throw BoxMessage.wrong("its box is not base64");
                }
                throw ex;
            }
        }

    }

}
