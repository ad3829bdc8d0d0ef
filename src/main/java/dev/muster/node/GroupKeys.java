package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.Toml;
import dev.muster.group.Legibility;
import dev.muster.key.BoxFile;
import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.key.PublicBoxKey;
import dev.muster.key.SecretBoxKey;
import dev.muster.key.UnreadableMessageException;
import dev.muster.service.Encrypted;
import dev.muster.store.KeyCache;
import dev.muster.store.UnusableKeyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of users and groups on this node's disk, and what opens with them. Nothing
 * that it says repeats a word of what was encrypted.
 */
final class GroupKeys implements Legibility {

    private static final Logger log = LoggerFactory.getLogger(GroupKeys.class);

    private final KeyCache cache;

    /** Files at the last look, with what changes whenever one of them does. */
    private Map<Path, String> seen;

    /** Files that were the same at two looks: nobody writes them any longer. */
    private volatile Set<Path> there;

    private boolean barred;

    /** Looks for the first time, and takes every file for whole. */
    GroupKeys(KeyCache cache) {
        this.cache = cache;
        this.seen = stamps(Map.of());
        this.there = Set.copyOf(this.seen.keySet());
    }

    private Map<Path, String> stamps(Map<Path, String> otherwise) {
        try {
            Map<Path, String> stamps = this.cache.boxKeyStamps();
            this.barred = false;
            return stamps;
        }
        catch (UnusableKeyException ex) {
            if (!this.barred) {
                this.barred = true;
                log.warn("Keys cannot be looked at, those known before count: reason={}", ex.getMessage());
            }
            return otherwise;
        }
    }

    /**
     * Looks for files that have come, changed or gone; one that is being written counts
     * at the next look. Waits for the disk; on one thread.
     * @return whether something is otherwise than at the look before
     */
    boolean look() {
        Map<Path, String> before = this.seen;
        Map<Path, String> now = stamps(before);
        this.seen = now;
        Set<Path> whole = new HashSet<>(now.keySet());
        whole.removeIf((file) -> !now.get(file).equals(before.get(file)));
        boolean news = !whole.equals(this.there);
        this.there = Set.copyOf(whole);
        return news;
    }

    @Override
    public Optional<String> missing(Envelope envelope) {
        Set<Path> known = this.there;
        return missing(Stream.of(this.cache.publicFile(envelope.sender()), this.cache.secretFile(envelope.recipient()))
            .filter((file) -> !known.contains(file)), envelope);
    }

    private static Optional<String> missing(Stream<Path> files, Envelope envelope) {
        String names = files.map(Path::toString).collect(Collectors.joining(" and "));
        return names.isEmpty() ? Optional.empty() : Optional
            .of("waits for the key file " + names + ": without it what is " + envelope.text() + " cannot be read");
    }

    /**
     * Opens a layer, and reads it. Waits for the disk.
     * @param revision id of it, for what is told
     */
    Opened open(String revision, byte[] layer) {
        BoxMessage message = BoxMessage.parse(new String(layer, StandardCharsets.ISO_8859_1));
        String by = message.envelope().text();
        try {
            Pair keys = keys(message.envelope());
            String text = utf8(message.open(keys.sender, keys.recipient));
            return new Opened(Toml.parse(text), Encrypted.opened(by, (key) -> Toml.place(text, key)), null);
        }
        catch (MissingKeyException ex) {
            return unreadable(by, String.valueOf(ex.getMessage()), true);
        }
        catch (CharacterCodingException ex) {
            return unreadable(by, "revision " + revision + ", " + by + ", is no UTF-8 text", false);
        }
        catch (InvalidTomlException ex) {
            return unreadable(by, "revision " + revision + ", " + by + ", is no TOML from line " + ex.line()
                    + ", column " + ex.column() + " on", false);
        }
        catch (UnreadableMessageException | UnusableKeyException ex) {
            return unreadable(by, "revision " + revision + " cannot be read: " + ex.getMessage(), false);
        }
    }

    private static Opened unreadable(String by, String why, boolean passing) {
        return new Opened(Map.of(), Encrypted.unreadable(by, why, passing), passing ? why : null);
    }

    private static String utf8(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    /**
     * Opens a file. Waits for the disk.
     * @param sealed gives it, from its beginning each time
     * @param out is worth nothing when this fails
     * @throws IOException also when a key is missing or it does not open
     */
    void open(BoxFile.Source sealed, OutputStream out) throws IOException {
        try {
            Envelope envelope;
            try (InputStream in = sealed.open()) {
                envelope = BoxFile.envelope(in);
            }
            Pair keys = keys(envelope);
            try (InputStream in = sealed.open()) {
                BoxFile.open(in, keys.sender, keys.recipient, out);
            }
        }
        catch (UnreadableMessageException ex) {
            throw new IOException(ex.getMessage());
        }
    }

    private Pair keys(Envelope envelope) throws MissingKeyException, UnusableKeyException {
        Optional<PublicBoxKey> sender = this.cache.publicKey(envelope.sender());
        Optional<SecretBoxKey> recipient = this.cache.secretKey(envelope.recipient());
        if (sender.isPresent() && recipient.isPresent()) {
            return new Pair(sender.get(), recipient.get());
        }
        Stream<Path> files = Stream.concat(
                sender.isPresent() ? Stream.empty() : Stream.of(this.cache.publicFile(envelope.sender())),
                recipient.isPresent() ? Stream.empty() : Stream.of(this.cache.secretFile(envelope.recipient())));
        throw new MissingKeyException(missing(files, envelope).orElseThrow());
    }

    /**
     * A layer, as far as it can be read.
     *
     * @param layer empty where it cannot
     * @param awaited the keys without which it cannot; null where none is missing
     */
    record Opened(Map<String, Object> layer, Encrypted encrypted, @Nullable String awaited) {

        /** Says nothing of the layer. */
        @Override
        public String toString() {
            return "Opened[" + this.encrypted + "]";
        }

    }

    private record Pair(PublicBoxKey sender, SecretBoxKey recipient) {
    }

    /** A key that may still come. */
    private static final class MissingKeyException extends IOException {

        private static final long serialVersionUID = 1L;

        private MissingKeyException(String message) {
            super(message);
        }

    }

}
