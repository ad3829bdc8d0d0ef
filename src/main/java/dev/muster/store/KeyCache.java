package dev.muster.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.key.PublicBoxKey;
import dev.muster.key.RingKey;
import dev.muster.key.SecretBoxKey;

/**
 * Keys as files in one directory, in Habitat's formats and under Habitat's names, so that
 * one can be copied to where the other looks. A key that is there is never replaced.
 * Reads the directory each time: what somebody puts there is found at once. Any thread
 * and any process may use it.
 */
public final class KeyCache {

    /** What names the directory when no option does. */
    public static final String VARIABLE = "HAB_CACHE_KEY_PATH";

    /** No key's text is longer, so a file that is is none. */
    private static final int LONGEST = 4096;

    private static final String OWNER_READS = "r--------";

    private static final Predicate<String> NONE = (text) -> false;

    private static final Format<RingKey> RING = new Format<>(".sym.key", OWNER_READS, NONE, RingKey::parse,
            RingKey::text, RingKey::id);

    private static final Format<SecretBoxKey> SECRET = new Format<>(".box.key", OWNER_READS, NONE, SecretBoxKey::parse,
            SecretBoxKey::text, SecretBoxKey::id);

    private static final Format<PublicBoxKey> PUBLIC = new Format<>(".pub", "r--r--r--", PublicBoxKey::isForSignatures,
            PublicBoxKey::parse, PublicBoxKey::text, PublicBoxKey::id);

    private final Path directory;

    /**
     * @param directory where the keys are; need not exist
     */
    public KeyCache(Path directory) {
        this.directory = directory;
    }

    /**
     * Which directory is meant.
     * @param option what {@code --cache-key-path} says, if it was given
     * @param environment of this process
     * @param layout that holds where neither says anything
     */
    public static KeyCache choose(Optional<String> option, Map<String, String> environment, RootLayout layout) {
        String named = option.orElse(environment.getOrDefault(VARIABLE, ""));
        return new KeyCache(named.isEmpty() ? layout.keys() : Path.of(named).toAbsolutePath());
    }

    public Path directory() {
        return this.directory;
    }

    /**
     * All keys of a ring, the newest first.
     * @throws UnusableKeyException when one of them is damaged or cannot be read: which
     * one is the newest is not known then
     */
    public List<RingKey> ringKeys(String name) throws UnusableKeyException {
        return all(RING, name);
    }

    /** The files of all ring keys, by name, the newest of each first. */
    public List<KeyFile<RingKey>> ringKeyFiles() throws UnusableKeyException {
        List<KeyFile<RingKey>> files = new ArrayList<>();
        for (NamedRevision id : ids(RING)) {
            Path file = file(RING, id);
            try {
                read(RING, id).ifPresent((key) -> files.add(new KeyFile<>(id, file, Optional.of(key), "")));
            }
            catch (UnusableKeyException ex) {
                files.add(new KeyFile<>(id, file, Optional.empty(), String.valueOf(ex.getMessage())));
            }
        }
        return files;
    }

    /**
     * Keeps a key.
     * @return false when exactly this key was there already
     * @throws KeyConflictException when another one of the same name and revision is
     * there
     * @throws UnusableKeyException when it cannot be written
     */
    public boolean add(RingKey key) throws KeyConflictException, UnusableKeyException {
        return add(RING, key);
    }

    /** Where this key is, or would be. */
    public Path file(RingKey key) {
        return file(RING, key.id());
    }

    /**
     * All keys of a user or group that encrypt or decrypt, the newest first.
     * @throws UnusableKeyException when one of them is damaged or cannot be read
     */
    public List<SecretBoxKey> secretKeys(String name) throws UnusableKeyException {
        return all(SECRET, name);
    }

    /**
     * All public keys of a user or group, the newest first.
     * @throws UnusableKeyException when one of them is damaged or cannot be read
     */
    public List<PublicBoxKey> publicKeys(String name) throws UnusableKeyException {
        return all(PUBLIC, name);
    }

    /** The key that a message names, if it is here. */
    public Optional<SecretBoxKey> secretKey(NamedRevision id) throws UnusableKeyException {
        return read(SECRET, id);
    }

    /** The key that a message names, if it is here. */
    public Optional<PublicBoxKey> publicKey(NamedRevision id) throws UnusableKeyException {
        return read(PUBLIC, id);
    }

    /**
     * Keeps both halves of a key.
     * @return false when exactly these were there already
     * @throws KeyConflictException when one of another key of the same name and revision
     * is there
     * @throws UnusableKeyException when they cannot be written
     */
    public boolean add(SecretBoxKey key) throws KeyConflictException, UnusableKeyException {
        // Looked at first, so that no half is left behind; the public one could be made
        // again.
        Path other = file(PUBLIC, key.id());
        if (Files.exists(other) && read(PUBLIC, key.id()).filter(key.publicKey()::equals).isEmpty()) {
            throw new KeyConflictException(other, key.id());
        }
        boolean added = add(SECRET, key);
        return add(PUBLIC, key.publicKey()) || added;
    }

    /** Where this key is, or would be. */
    public Path file(SecretBoxKey key) {
        return file(SECRET, key.id());
    }

    /** Where this key is, or would be. */
    public Path file(PublicBoxKey key) {
        return file(PUBLIC, key.id());
    }

    /** Where the public half of a key is, or would be. */
    public Path publicFile(NamedRevision id) {
        return file(PUBLIC, id);
    }

    /** Where the secret half of a key is, or would be. */
    public Path secretFile(NamedRevision id) {
        return file(SECRET, id);
    }

    /**
     * The files of users and groups, with what changes whenever one of them does.
     * @throws UnusableKeyException when the directory cannot be listed
     */
    public Map<Path, String> boxKeyStamps() throws UnusableKeyException {
        Map<Path, String> stamps = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory,
                "*{" + PUBLIC.suffix() + "," + SECRET.suffix() + "}")) {
            for (Path file : files) {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(file, found.lastModifiedTime() + " " + found.size() + " " + found.fileKey());
            }
        }
        catch (NoSuchFileException ex) {
            // The directory, or a file that has gone since.
            return stamps;
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("list the keys in", this.directory, ex);
        }
        return stamps;
    }

    /**
     * What to date a new key, so that it is the newest of its name: now, or a second
     * after the newest there is. Clocks are set back, and two keys may be made within a
     * second.
     */
    public Instant next(String name, Instant now) throws UnusableKeyException {
        Instant next = now;
        for (Format<?> format : List.of(RING, SECRET, PUBLIC)) {
            for (NamedRevision id : ids(format)) {
                Instant after = id.time().plusSeconds(1);
                next = (id.name().equals(name) && after.isAfter(next)) ? after : next;
            }
        }
        return next;
    }

    private <K> Path file(Format<K> format, NamedRevision id) {
        return this.directory.resolve(id + format.suffix());
    }

    private <K> List<K> all(Format<K> format, String name) throws UnusableKeyException {
        List<K> keys = new ArrayList<>();
        for (NamedRevision id : ids(format)) {
            if (id.name().equals(name)) {
                read(format, id).ifPresent(keys::add);
            }
        }
        return keys;
    }

    /** By name, the newest of each first. */
    private <K> List<NamedRevision> ids(Format<K> format) throws UnusableKeyException {
        List<NamedRevision> ids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "*" + format.suffix())) {
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    format.id(file).ifPresent(ids::add);
                }
            }
        }
        catch (NoSuchFileException ex) {
            return List.of();
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("list the keys in", this.directory, ex);
        }
        ids.sort(Comparator.comparing(NamedRevision::name)
            .thenComparing(Comparator.comparing(NamedRevision::revision).reversed()));
        return ids;
    }

    private <K> Optional<K> read(Format<K> format, NamedRevision id) throws UnusableKeyException {
        Path file = file(format, id);
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
        }
        catch (NoSuchFileException ex) {
            return Optional.empty();
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("read the key", file, ex);
        }
        if (format.other().test(text)) {
            return Optional.empty();
        }
        try {
            K key = format.parse().apply(text);
            if (!format.idOf().apply(key).equals(id)) {
                throw UnusableKeyException.damaged(file, "it holds the key " + format.idOf().apply(key), null);
            }
            return Optional.of(key);
        }
        catch (InvalidKeyException ex) {
            throw UnusableKeyException.damaged(file, String.valueOf(ex.getMessage()), ex);
        }
    }

    private <K> boolean add(Format<K> format, K key) throws KeyConflictException, UnusableKeyException {
        NamedRevision id = format.idOf().apply(key);
        Path file = file(format, id);
        NewFile.makeDirectory(this.directory);
        try {
            NewFile.write(file, format.text().apply(key).getBytes(StandardCharsets.US_ASCII), format.mode());
            return true;
        }
        catch (FileAlreadyExistsException ex) {
            if (read(format, id).filter(key::equals).isEmpty()) {
                throw new KeyConflictException(file, id);
            }
            return false;
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("write the key", file, ex);
        }
    }

    /**
     * A file that should hold a key, by its name.
     *
     * @param id what the file is called
     * @param key empty where the file cannot be used
     * @param problem why not; empty otherwise
     */
    public record KeyFile<K>(NamedRevision id, Path file, Optional<K> key, String problem) {

    }

    /**
     * How one kind of keys is kept.
     *
     * @param other tells files of the same suffix that are of another kind
     */
    private record Format<K>(String suffix, String mode, Predicate<String> other, Function<String, K> parse,
            Function<K, String> text, Function<K, NamedRevision> idOf) {

        /** What the name of a file says; empty where that is no key's. */
        Optional<NamedRevision> id(Path file) {
            String name = file.getFileName().toString();
            try {
                return Optional.of(NamedRevision.parse(name.substring(0, name.length() - this.suffix.length())));
            }
            catch (InvalidKeyException ex) {
                return Optional.empty();
            }
        }

    }

}
