package dev.muster.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

import dev.muster.key.Signatures;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/**
 * A file with a package in it: a {@code .hart}, or a tar compressed with gzip or xz.
 * Which one is told by its first bytes. It is read from its beginning each time and never
 * held in memory.
 */
public final class PackageArchive {

    private static final byte[] GZIP = HexFormat.of().parseHex("1f8b");

    private static final byte[] XZ = HexFormat.of().parseHex("fd377a585a00");

    private static final int BUFFER = 65_536;

    private static final int IDENT_BYTES = 1_024;

    private static final int HASH_BITS = 256;

    /** Directories above a package in a {@code .hart}. */
    private static final List<String> ROOT = List.of("hab", "pkgs");

    private static final int ROOTED_PARTS = 6;

    private final Path file;

    private final boolean signed;

    private PackageArchive(Path file, boolean signed) {
        this.file = file;
        this.signed = signed;
    }

    /**
     * @throws InvalidArchiveException when it begins like none of them
     * @throws IOException when it cannot be read
     */
    public static PackageArchive of(Path file) throws IOException {
        byte[] start = new byte[HartHeader.MAGIC.length];
        int length;
        try (InputStream in = Files.newInputStream(file)) {
            length = in.readNBytes(start, 0, start.length);
        }
        boolean hart = Arrays.equals(start, HartHeader.MAGIC);
        if (!hart && !begins(start, GZIP) && !begins(start, XZ)) {
            throw new InvalidArchiveException((length == 0) ? "The archive is empty"
                    : "This is no package: it begins with " + HexFormat.of().formatHex(start, 0, length)
                            + ", and a .hart begins with HART-1, a tar.gz with 1f8b, a tar.xz with fd377a585a00");
        }
        return new PackageArchive(file, hart);
    }

    private static boolean begins(byte[] bytes, byte[] magic) {
        return Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }

    /** Whether it carries a signature: it is a {@code .hart}. */
    public boolean signed() {
        return this.signed;
    }

    /**
     * Checks the signature over all of it.
     * @param origin of the package; only a key of this origin may sign it
     * @return the name of the key, empty for an archive without a signature
     * @throws InvalidArchiveException when the signature is not good, or the key not at
     * hand: naming the file that is missing
     */
    Optional<String> verify(PublicKeys keys, String origin) throws IOException {
        if (!this.signed) {
            return Optional.empty();
        }
        try (InputStream in = buffered()) {
            HartHeader header = HartHeader.read(in);
            byte[] key = keys.find(header.key());
            Matcher name = PublicKeys.NAME.matcher(header.key());
            if (!name.matches() || !name.group(1).equals(origin)) {
                throw new InvalidArchiveException("The archive is signed with " + header.key()
                        + ", and a package of origin " + origin + " is signed with a key of " + origin);
            }
            byte[] hash = HexFormat.of().formatHex(hash(in)).getBytes(StandardCharsets.US_ASCII);
            if (!new Signatures().verify(key, header.signed(), header.signature())) {
                throw new InvalidArchiveException("The signature of the archive was not made with the key "
                        + header.key() + ": it is not what its origin has built. Fetch it anew");
            }
            if (!Arrays.equals(hash, header.signed())) {
                throw new InvalidArchiveException("The contents of the archive are not those that " + header.key()
                        + " has signed: it was changed, or cut. Fetch it anew");
            }
            return Optional.of(header.key());
        }
    }

    private static byte[] hash(InputStream in) throws IOException {
        Blake2bDigest digest = new Blake2bDigest(HASH_BITS);
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
        }
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return hash;
    }

    private InputStream buffered() throws IOException {
        return new BufferedInputStream(Files.newInputStream(this.file), BUFFER);
    }

    /** The entries; a signature is not looked at. */
    BoundedTar open() throws IOException {
        InputStream in = buffered();
        try {
            if (this.signed) {
                HartHeader.read(in);
            }
            in.mark(XZ.length);
            byte[] start = in.readNBytes(XZ.length);
            in.reset();
            if (start.length == XZ.length && begins(start, XZ)) {
                return new BoundedTar(new XZInputStream(in, Limits.MEMORY_KIB));
            }
            if (start.length == XZ.length && begins(start, GZIP)) {
                return new BoundedTar(
                        GzipCompressorInputStream.builder().setInputStream(in).setDecompressConcatenated(true).get());
            }
            throw new InvalidArchiveException("Behind its header the archive is neither xz nor gzip");
        }
        catch (IOException | RuntimeException ex) {
            in.close();
            throw damaged(ex);
        }
    }

    /**
     * What it says it is: reads up to its file {@code IDENT}.
     * @throws InvalidArchiveException when it has none
     */
    public PackageIdent ident() throws IOException {
        return contents().ident();
    }

    Contents contents() throws IOException {
        try (BoundedTar tar = open()) {
            for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                EntryName name = EntryName.of(entry.getName());
                if (isIdent(name.parts()) && Unpacking.isRegular(entry)) {
                    PackageIdent ident = ident(new String(tar.start(IDENT_BYTES), StandardCharsets.UTF_8));
                    return new Contents(ident, new EntryName(name.parts().subList(0, name.parts().size() - 1)));
                }
            }
        }
        throw new InvalidArchiveException("The archive has no file IDENT, so it is no package");
    }

    private static boolean isIdent(List<String> parts) {
        int size = parts.size();
        return size > 0 && parts.get(size - 1).equals("IDENT")
                && (size <= 2 || (size == ROOTED_PARTS + 1 && parts.subList(0, ROOT.size()).equals(ROOT)));
    }

    static PackageIdent ident(String text) {
        try {
            PackageIdent ident = PackageIdent.parse(text.strip());
            if (ident.release() == null) {
                throw new InvalidArchiveException(
                        "The file IDENT says " + ident + ", without version or release: it must name all four");
            }
            return ident;
        }
        catch (InvalidIdentException ex) {
            throw new InvalidArchiveException("The file IDENT is wrong: " + ex.getMessage(), ex);
        }
    }

    /** What to say of an archive whose reading failed like this. */
    static InvalidArchiveException damaged(Exception failure) {
        if (failure instanceof InvalidArchiveException refused) {
            return refused;
        }
        if (failure instanceof MemoryLimitException limit) {
            return InvalidArchiveException.tooLarge("Unpacking the archive takes " + limit.getMemoryNeeded()
                    + " KiB of memory, and " + limit.getMemoryLimit()
                    + " KiB is the most; pack it anew with xz -6, which is xz's own default");
        }
        String reason = (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
        return new InvalidArchiveException("The archive is damaged or was cut (" + reason + "). Fetch it anew",
                failure);
    }

    /**
     * @param top where the package begins in the archive
     */
    record Contents(PackageIdent ident, EntryName top) {
    }

}
