package dev.muster.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives as people and strangers make them, entry by entry. */
public final class TestArchive {

    /** The machine that tests run on. */
    public static final String TARGET = System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux"
            : "x86_64-linux";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(this.bytes, "UTF-8");

    private final String top;

    /** With a directory as its top, and with nothing in it. */
    public TestArchive(String top) {
        this.top = top;
        this.tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        this.tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** A small service, laid out as a {@code .hart} is. */
    public static TestArchive service(String ident) throws IOException {
        return new TestArchive("hab/pkgs/" + ident + "/").file("IDENT", ident + "\n")
            .file("TARGET", TARGET + "\n")
            .file("hooks/run", "#!/bin/sh\nexec sleep 600\n", 0755)
            .file("default.toml", "port = 1\n")
            .file("config/a.conf", "port {{cfg.port}}\n")
            .file("bin/tool", "#!/bin/sh\n", 04755)
            .link("bin/alias", "tool");
    }

    public TestArchive file(String name, String content) throws IOException {
        return file(name, content, 0644);
    }

    public TestArchive file(String name, String content, int mode) throws IOException {
        return entry(this.top + name, TarConstants.LF_NORMAL, "", content.getBytes(StandardCharsets.UTF_8), mode);
    }

    TestArchive link(String name, String target) throws IOException {
        return entry(this.top + name, TarConstants.LF_SYMLINK, target, new byte[0], 0777);
    }

    TestArchive hardLink(String name, String target) throws IOException {
        return entry(this.top + name, TarConstants.LF_LINK, target, new byte[0], 0644);
    }

    TestArchive entry(String name, byte type, String link, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(link);
        entry.setMode(mode);
        entry.setModTime(1_700_000_000_000L);
        entry.setSize(content.length);
        if (type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
            return raw(entry, content);
        }
        this.tar.putArchiveEntry(entry);
        this.tar.write(content);
        this.tar.closeArchiveEntry();
        return this;
    }

    /** The library does not write what it takes for its own business. */
    private TestArchive raw(TarArchiveEntry entry, byte[] content) throws IOException {
        this.tar.flush();
        byte[] header = new byte[512];
        entry.writeEntryHeader(header);
        this.bytes.write(header);
        this.bytes.write(content);
        this.bytes.write(new byte[(512 - content.length % 512) % 512]);
        return this;
    }

    /** A file of this size that packs well. */
    TestArchive zeros(String name, int size) throws IOException {
        return entry(this.top + name, TarConstants.LF_NORMAL, "", new byte[size], 0644);
    }

    byte[] tar() throws IOException {
        this.tar.finish();
        return this.bytes.toByteArray();
    }

    public byte[] gzip() throws IOException {
        return gzip(tar());
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(content);
        }
        return zipped.toByteArray();
    }

    byte[] xz(int level) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(zipped, new LZMA2Options(level))) {
            out.write(tar());
        }
        return zipped.toByteArray();
    }

    public byte[] hart(Key key) throws IOException {
        return hart(key, xz(0));
    }

    static byte[] hart(Key key, byte[] payload) throws IOException {
        Blake2bDigest digest = new Blake2bDigest(256);
        digest.update(payload, 0, payload.length);
        byte[] hash = new byte[32];
        digest.doFinal(hash, 0);
        byte[] signed = HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII);
        byte[] attached = new byte[64 + signed.length];
        Ed25519.sign(key.secret(), 0, signed, 0, signed.length, attached, 0);
        System.arraycopy(signed, 0, attached, 64, signed.length);
        ByteArrayOutputStream hart = new ByteArrayOutputStream();
        hart.write(("HART-1\n" + key.name() + "\nBLAKE2b\n" + Base64.getEncoder().encodeToString(attached) + "\n\n")
            .getBytes(StandardCharsets.US_ASCII));
        hart.write(payload);
        return hart.toByteArray();
    }

    /** A key that packages are signed with. */
    public record Key(String name, byte[] secret) {

        public static Key of(String name) {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            return new Key(name, secret);
        }

        /** Puts its public half where it belongs. */
        public Key trustedIn(Path directory) throws IOException {
            byte[] open = new byte[32];
            Ed25519.generatePublicKey(this.secret, 0, open, 0);
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(this.name + ".pub"),
                    "SIG-PUB-1\n" + this.name + "\n\n" + Base64.getEncoder().encodeToString(open));
            return this;
        }

    }

}
