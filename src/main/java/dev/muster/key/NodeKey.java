package dev.muster.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.rumor.Fact;
import dev.muster.rumor.MemberId;

/**
 * What a node is known by: an Ed25519 key pair, made once. Whoever has it is this member;
 * it never leaves the node. Any thread may sign.
 *
 * <p>
 * The file is text, in two blocks that other tools read as well: the private key (PKCS 8)
 * and the public key (X.509), since the JDK does not give one from the other.
 */
public final class NodeKey implements Fact.Signer {

    private static final Pattern FILE = Pattern
        .compile("\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----"
                + "\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions
        .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final PrivateKey privateKey;

    private final byte[] publicKey;

    private final MemberId id;

    private NodeKey(PrivateKey privateKey, byte[] publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.id = MemberId.of(publicKey);
    }

    /** Makes a new key pair. */
    public static NodeKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(Signatures.ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            return new NodeKey(pair.getPrivate(), Signatures.encode(pair.getPublic()));
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform since 15 has Ed25519", ex);
        }
    }

    /**
     * Reads a key that {@link #save} wrote.
     * @throws java.nio.file.NoSuchFileException when there is none
     * @throws DamagedKeyException when the file holds no key pair, or halves of two
     */
    public static NodeKey load(Path file) throws IOException {
        Matcher blocks = FILE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!blocks.matches()) {
            throw new DamagedKeyException(file, "it is not a private and a public key in PEM", null);
        }
        NodeKey key;
        try {
            byte[] encodedPrivate = Base64.getMimeDecoder().decode(blocks.group(1));
            byte[] encodedPublic = Base64.getMimeDecoder().decode(blocks.group(2));
            PrivateKey privateKey = KeyFactory.getInstance(Signatures.ALGORITHM)
                .generatePrivate(new PKCS8EncodedKeySpec(encodedPrivate));
            key = new NodeKey(privateKey, Signatures.encode(KeyFactory.getInstance(Signatures.ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(encodedPublic))));
        }
        catch (GeneralSecurityException | IllegalArgumentException ex) {
            throw new DamagedKeyException(file, "it holds no Ed25519 key", ex);
        }
        byte[] probe = { 1 };
        if (!new Signatures().verify(key.publicKey, probe, key.sign(probe))) {
            throw new DamagedKeyException(file, "its private and its public key do not belong together", null);
        }
        return key;
    }

    /**
     * Writes this key to a new file that only its owner may read, synced, so that a crash
     * leaves either no key or a whole one.
     * @throws FileAlreadyExistsException when there is a file already: a key is never
     * replaced
     */
    public void save(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path whole = Files.createTempFile(directory, file.getFileName().toString(), ".new", OWNER_ONLY);
        try {
            try (FileChannel out = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                ByteBuffer text = StandardCharsets.US_ASCII.encode(pem());
                while (text.hasRemaining()) {
                    out.write(text);
                }
                out.force(true);
            }
            // A link fails where a rename would replace what another process just made.
            Files.createLink(file, whole);
        }
        finally {
            Files.delete(whole);
        }
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /** Reads the key in {@code file}, or makes and saves one where there is none. */
    public static NodeKey loadOrCreate(Path file, SecureRandom random) throws IOException {
        if (Files.exists(file)) {
            return load(file);
        }
        NodeKey key = generate(random);
        key.save(file);
        return key;
    }

    private String pem() {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] { '\n' });
        try {
            return "-----BEGIN PRIVATE KEY-----\n" + base64.encodeToString(this.privateKey.getEncoded())
                    + "\n-----END PRIVATE KEY-----\n-----BEGIN PUBLIC KEY-----\n"
                    + base64.encodeToString(Signatures.decode(this.publicKey).getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("This key was encoded before", ex);
        }
    }

    /** The member that this key makes its owner. */
    public MemberId id() {
        return this.id;
    }

    @Override
    public byte[] publicKey() {
        return this.publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(Signatures.ALGORITHM);
            signature.initSign(this.privateKey);
            signature.update(message);
            return signature.sign();
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("This key has signed before", ex);
        }
    }

    @Override
    public String toString() {
        return "NodeKey " + this.id;
    }

}
