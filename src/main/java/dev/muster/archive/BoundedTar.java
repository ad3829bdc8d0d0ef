package dev.muster.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar whose headers fit into memory: a long name or an extended header of gigabytes,
 * which takes a few kilobytes when it is compressed, is refused before it is read.
 */
final class BoundedTar extends TarArchiveInputStream {

    private static final int BLOCK = 10_240;

    private static final int RECORD = 512;

    private static final int MOST_HEADERS = 64;

    private static final int MOST_GLOBAL = 16;

    private final InputStream source;

    private int headers;

    private int globals;

    private @Nullable TarArchiveEntry lastGlobal;

    BoundedTar(InputStream source) {
        super(source, BLOCK, RECORD, StandardCharsets.UTF_8.name());
        this.source = source;
    }

    /**
     * The next entry that stands for a file; null at the end.
     * @throws InvalidArchiveException when it cannot be read
     */
    @Nullable TarArchiveEntry next() {
        this.headers = 0;
        try {
            return getNextEntry();
        }
        catch (IOException | RuntimeException ex) {
            throw PackageArchive.damaged(ex);
        }
    }

    /**
     * Fills a buffer from the current entry, as far as there is something.
     * @return how much, -1 at the entry's end
     * @throws InvalidArchiveException when it cannot be read
     */
    int fill(byte[] buffer) {
        try {
            return read(buffer, 0, buffer.length);
        }
        catch (IOException | RuntimeException ex) {
            throw PackageArchive.damaged(ex);
        }
    }

    /** The first bytes of the current entry. */
    byte[] start(int most) {
        try {
            return readNBytes(most);
        }
        catch (IOException | RuntimeException ex) {
            throw PackageArchive.damaged(ex);
        }
    }

    @Override
    protected byte[] readRecord() throws IOException {
        if (++this.headers > MOST_HEADERS) {
            throw new InvalidArchiveException("The archive has more than " + MOST_HEADERS
                    + " headers before one entry: no such thing is unpacked");
        }
        return super.readRecord();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        TarArchiveEntry entry = getCurrentEntry();
        if (entry != null && describesAnother(entry)) {
            check(entry);
        }
        return super.read(bytes, offset, length);
    }

    private static boolean describesAnother(TarArchiveEntry entry) {
        return entry.isPaxHeader() || entry.isGlobalPaxHeader() || entry.isGNULongNameEntry()
                || entry.isGNULongLinkEntry();
    }

    private void check(TarArchiveEntry entry) {
        if (entry.getSize() > 2L * Limits.NAME_BYTES) {
            throw new InvalidArchiveException(
                    "The archive has a header of " + entry.getSize() + " bytes; the most is " + 2 * Limits.NAME_BYTES);
        }
        if (entry.isGlobalPaxHeader() && entry != this.lastGlobal) {
            this.lastGlobal = entry;
            if (++this.globals > MOST_GLOBAL) {
                throw new InvalidArchiveException("The archive has more than " + MOST_GLOBAL + " global headers");
            }
        }
    }

    /**
     * Reads what stands behind the last entry, so that a compressed stream checks itself
     * to its end.
     * @param most how many bytes that may be
     */
    void drain(long most) {
        byte[] buffer = new byte[8_192];
        long count = 0;
        try {
            for (int read = this.source.read(buffer); read >= 0; read = this.source.read(buffer)) {
                count += read;
                if (count > most) {
                    throw InvalidArchiveException.tooLarge("Behind the last entry of the archive are more than " + most
                            + " bytes that belong to nothing");
                }
            }
        }
        catch (IOException ex) {
            throw PackageArchive.damaged(ex);
        }
    }

}
