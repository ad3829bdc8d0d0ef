package dev.muster.shell;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.Toml;
import dev.muster.key.BoxFile;
import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.key.PublicBoxKey;
import dev.muster.key.SecretBoxKey;
import dev.muster.store.KeyCache;
import dev.muster.store.UnusableKeyException;

/**
 * Encrypts, with keys of this host, what a command gives to a group: with the newest
 * secret key of a user, for whoever has the secret key that belongs to the group's newest
 * public one. Nothing of it leaves this process before that.
 */
final class Encrypting {

    /** Of every command that gives something to a group. */
    static final OptionDescription[] OPTIONS = { OptionDescription
        .value("user", "USER", "Encrypt it for the group's members, with the key of this user on this host")
        .letter('u'), LocalOptions.KEYS };

    static final String TYPE = "application/vnd.muster.box";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretBoxKey sender;

    private final PublicBoxKey recipient;

    private Encrypting(SecretBoxKey sender, PublicBoxKey recipient) {
        this.sender = sender;
        this.recipient = recipient;
    }

    /**
     * What the command line says; looks for the keys.
     * @param command that would encrypt, as it is typed
     * @return empty for a group that takes what is not encrypted
     * @throws CommandFailure when a key is missing or damaged, or the group takes nothing
     * else and nobody was named
     */
    static Optional<Encrypting> of(Arguments arguments, Console console, String group, String command)
            throws CommandFailure, UsageException {
        Optional<String> user = arguments.value("user");
        int at = group.indexOf('@');
        if (user.isEmpty()) {
            if (at >= 0) {
                throw CommandFailure.of(7, "invalid-config",
                        group + ", a group of an organisation, takes only what is encrypted for it: " + command
                                + " -u USER; muster user key generate USER makes the key of a user. Nothing was sent");
            }
            return Optional.empty();
        }
        if (at < 0) {
            throw new UsageException(group + " is no group of an organisation, so its members have no key that -u could"
                    + " encrypt for: name it as " + group + "@ORG, for which muster svc key generate " + group
                    + " ORG makes a key, or leave out -u");
        }
        KeyCache cache = KeyCache.choose(arguments.value(LocalOptions.KEYS.name()), console.environment(),
                Target.root(arguments));
        try {
            NamedRevision.checkName(user.get());
            List<SecretBoxKey> senders = cache.secretKeys(user.get());
            if (senders.isEmpty()) {
                throw missing("No secret key of the user " + user.get(), user.get() + "-*.box.key", cache,
                        "muster user key generate " + user.get()
                                + " makes one; members need its .pub file in their cache/keys");
            }
            List<PublicBoxKey> recipients = cache.publicKeys(group);
            if (recipients.isEmpty()) {
                throw missing("No public key of the group " + group, group + "-*.pub", cache,
                        "copy it from a member," + " or make one with muster svc key generate " + group.substring(0, at)
                                + " " + group.substring(at + 1) + " and give both of its files to the members");
            }
            return Optional.of(new Encrypting(senders.get(0), recipients.get(0)));
        }
        catch (InvalidKeyException ex) {
            throw CommandFailure.of(7, "invalid-name", String.valueOf(ex.getMessage()));
        }
        catch (UnusableKeyException ex) {
            throw CommandFailure.of(ex.isDenied() ? 4 : 1, ex.isDenied() ? "forbidden" : "internal",
                    String.valueOf(ex.getMessage()));
        }
    }

    private static CommandFailure missing(String what, String pattern, KeyCache cache, String remedy) {
        return CommandFailure.of(5, "not-found",
                what + ": there is no file " + cache.directory().resolve(pattern) + ". " + remedy);
    }

    private Envelope envelope() {
        return new Envelope(this.sender.id(), this.recipient.id());
    }

    /**
     * A configuration; what is wrong with its syntax is told here, since nobody on its
     * way can.
     * @param source where it is from, for messages
     * @param empty whether it may say nothing
     */
    byte[] layer(byte[] toml, String source, boolean empty) throws CommandFailure {
        long length = BoxMessage.length(toml.length, envelope());
        if (length > LayerInput.MAX_BYTES) {
            throw CommandFailure.of(7, "too-large",
                    "The configuration in " + source + " has " + toml.length + " bytes, and " + length
                            + " when it is encrypted; the most is " + LayerInput.MAX_BYTES
                            + ", so that with these keys " + BoxMessage.longest(LayerInput.MAX_BYTES, envelope())
                            + " bytes of text fit: put large content into files");
        }
        try {
            if (Toml.parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(toml)).toString()).isEmpty()
                    && !empty) {
                throw CommandFailure.of(7, "invalid-config",
                        "The configuration is empty, which would take away every applied key; add"
                                + " --replace-with-empty if that is meant");
            }
        }
        catch (CharacterCodingException ex) {
            throw CommandFailure.of(7, "invalid-syntax", source + " is no UTF-8 text. Nothing was sent");
        }
        catch (InvalidTomlException ex) {
            throw CommandFailure.of(7, "invalid-syntax", source + ": " + ex.getMessage() + ". Nothing was sent");
        }
        try {
            return BoxMessage.seal(toml, this.sender, this.recipient, RANDOM)
                .text()
                .getBytes(StandardCharsets.US_ASCII);
        }
        catch (InvalidKeyException ex) {
            throw CommandFailure.of(7, "invalid-config", String.valueOf(ex.getMessage()));
        }
    }

    /**
     * A file, which may be long: its cipher text lies in a temporary one until it is
     * sent.
     */
    SealedFile file(Path source) throws CommandFailure {
        try {
            long size = Files.size(source);
            long length = BoxMessage.length(size, envelope());
            if (length > FileCommands.MAX_BYTES) {
                throw CommandFailure.of(7, "too-large", "The file " + source + " has " + size + " bytes, and " + length
                        + " when it is encrypted; the most is " + FileCommands.MAX_BYTES + ", so that with these keys "
                        + BoxMessage.longest(FileCommands.MAX_BYTES, envelope()) + " bytes fit");
            }
            SealedFile sealed = new SealedFile(Files.createTempFile("muster-", ".box"));
            sealed.path().toFile().deleteOnExit();
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(sealed.path()))) {
                BoxFile.seal(() -> Files.newInputStream(source), this.sender, this.recipient, RANDOM, out);
            }
            catch (IOException | InvalidKeyException ex) {
                sealed.close();
                throw ex;
            }
            return sealed;
        }
        catch (IOException ex) {
            throw CommandFailure.of(1, "internal", source + " cannot be encrypted: " + ex.getMessage());
        }
        catch (InvalidKeyException ex) {
            throw CommandFailure.of(7, "invalid-config", String.valueOf(ex.getMessage()));
        }
    }

    /** The cipher text of a file, for as long as it is being sent. */
    record SealedFile(Path path) implements AutoCloseable {

        @Override
        public void close() {
            try {
                Files.deleteIfExists(this.path);
            }
            catch (IOException ex) {
                // The process removes it when it ends.
                this.path.toFile().deleteOnExit();
            }
        }

    }

}
