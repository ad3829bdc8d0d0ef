package dev.muster.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Puts the entries of an archive into an empty directory that nobody else writes to. No
 * link is followed, nothing that is there is written over; who may read and run a file is
 * kept, while nobody but its owner may write it, and no file gives its runner other
 * rights (setuid, setgid).
 */
final class Unpacking {

    private static final int BUFFER = 65_536;

    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rwxr-xr-x");

    /**
     * Behind the end of a tar stand zeros up to a full block, which may be a large one.
     */
    private static final long TAIL = 16L << 20;

    private final Path directory;

    private final EntryName top;

    private final LinkRule links;

    private final Limits limits;

    private final byte[] buffer = new byte[BUFFER];

    private long entries;

    private long bytes;

    /**
     * @param top where the package begins in the archive
     */
    Unpacking(Path directory, EntryName top, LinkRule links, Limits limits) {
        this.directory = directory;
        this.top = top;
        this.links = links;
        this.limits = limits;
    }

    /**
     * @throws InvalidArchiveException naming the entry that is not taken
     * @throws IOException when the disk fails
     */
    void unpack(BoundedTar tar) throws IOException {
        for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
            if (++this.entries > this.limits.entries()) {
                throw InvalidArchiveException
                    .tooLarge("The archive has more than " + this.limits.entries() + " entries, which is the most");
            }
            try {
                unpack(tar, entry);
            }
            catch (FileAlreadyExistsException ex) {
                throw EntryName.refused(entry.getName(), "it is in it twice");
            }
            catch (InvalidPathException ex) {
                throw EntryName.refused(entry.getName(),
                        "the system has no such file name (" + ex.getReason() + "); start the node with LANG=C.UTF-8");
            }
        }
        tar.drain(TAIL);
    }

    private void unpack(BoundedTar tar, TarArchiveEntry entry) throws IOException {
        EntryName whole = EntryName.of(entry.getName());
        if (!whole.startsWith(this.top)) {
            if (entry.getLinkFlag() == TarConstants.LF_DIR && this.top.startsWith(whole)) {
                return;
            }
            throw EntryName.refused(entry.getName(), "it is outside of the package, which begins at " + this.top);
        }
        EntryName name = whole.below(this.top);
        if (isDirectory(entry)) {
            makeDirectory(name, entry.getMode());
            return;
        }
        if (name.parts().isEmpty()) {
            throw EntryName.refused(entry.getName(), "the package itself must be a directory");
        }
        Path file = inDirectory(name);
        if (isRegular(entry)) {
            write(tar, entry, file);
        }
        else if (entry.getLinkFlag() == TarConstants.LF_SYMLINK) {
            this.links.check(name, entry.getLinkName());
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        }
        else if (entry.getLinkFlag() == TarConstants.LF_LINK) {
            link(entry, file);
        }
        else {
            throw EntryName.refused(entry.getName(),
                    "it is a " + kind(entry) + "; a package has files, directories and links");
        }
    }

    private static boolean isDirectory(TarArchiveEntry entry) {
        byte flag = entry.getLinkFlag();
        return flag == TarConstants.LF_DIR || (flag == TarConstants.LF_OLDNORM && entry.getName().endsWith("/"));
    }

    static boolean isRegular(TarArchiveEntry entry) {
        byte flag = entry.getLinkFlag();
        return !entry.isSparse() && (flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM
                || flag == TarConstants.LF_CONTIG);
    }

    private static String kind(TarArchiveEntry entry) {
        return switch (entry.getLinkFlag()) {
            case TarConstants.LF_CHR, TarConstants.LF_BLK -> "device";
            case TarConstants.LF_FIFO -> "named pipe";
            default -> entry.isSparse() ? "sparse file (pack it without --sparse)"
                    : "thing of type '" + (char) entry.getLinkFlag() + "'";
        };
    }

    private void write(BoundedTar tar, TarArchiveEntry entry, Path file) throws IOException {
        // An entry is never read beyond the size it names.
        this.bytes += entry.getSize();
        if (entry.getSize() > this.limits.bytes() || this.bytes > this.limits.bytes()) {
            throw tooLarge();
        }
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = tar.fill(this.buffer); read >= 0; read = tar.fill(this.buffer)) {
                out.write(this.buffer, 0, read);
            }
        }
        Set<PosixFilePermission> mode = mode(entry.getMode());
        mode.add(PosixFilePermission.OWNER_READ);
        Files.setPosixFilePermissions(file, mode);
        Files.setLastModifiedTime(file, FileTime.from(entry.getLastModifiedTime().toInstant()));
    }

    private InvalidArchiveException tooLarge() {
        return InvalidArchiveException.tooLarge("Unpacked, the archive has more than " + this.limits.bytes()
                + " bytes, which is the most; if it is meant to be so large, set " + Limits.VARIABLE
                + " to more GiB for the node");
    }

    /** Another name of a file that was unpacked before. */
    private void link(TarArchiveEntry entry, Path file) throws IOException {
        EntryName whole = EntryName.of(entry.getLinkName());
        if (!whole.startsWith(this.top)) {
            throw EntryName.refused(entry.getName(),
                    "it is a hard link to '" + entry.getLinkName() + "', which is outside of the package");
        }
        EntryName target = whole.below(this.top);
        Path existing = target.parts().isEmpty() ? this.directory : way(target);
        if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
            throw EntryName.refused(entry.getName(),
                    "it is a hard link to '" + entry.getLinkName() + "', which is no file that stands before it");
        }
        Files.createLink(file, existing);
    }

    private void makeDirectory(EntryName name, int mode) throws IOException {
        Path made = name.parts().isEmpty() ? this.directory : inDirectory(name);
        if (!Files.exists(made, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(made);
        }
        else if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
            throw EntryName.refused(name.toString(), "it is a directory where something else stands already");
        }
        if (!made.equals(this.directory)) {
            Set<PosixFilePermission> permissions = mode(mode);
            permissions.addAll(PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(made, permissions);
        }
    }

    /** Where this entry goes; makes the directories above it that have no entry. */
    private Path inDirectory(EntryName name) throws IOException {
        Path above = this.directory;
        for (String part : name.parts().subList(0, name.parts().size() - 1)) {
            above = above.resolve(part);
            if (!Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(above);
                Files.setPosixFilePermissions(above, PLAIN);
            }
            requireDirectory(name, above);
        }
        return above.resolve(name.parts().get(name.parts().size() - 1));
    }

    private Path way(EntryName name) {
        Path above = this.directory;
        for (String part : name.parts().subList(0, name.parts().size() - 1)) {
            above = above.resolve(part);
            requireDirectory(name, above);
        }
        return above.resolve(name.parts().get(name.parts().size() - 1));
    }

    private void requireDirectory(EntryName name, Path above) {
        if (!Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
            throw EntryName.refused(name.toString(), "its way leads through " + this.directory.relativize(above)
                    + ", which is no directory but a link or a file");
        }
    }

    /** As the archive says, without what is never given: see above. */
    private static Set<PosixFilePermission> mode(int bits) {
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] permissions = { PosixFilePermission.OTHERS_EXECUTE, null, PosixFilePermission.OTHERS_READ,
                PosixFilePermission.GROUP_EXECUTE, null, PosixFilePermission.GROUP_READ,
                PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ };
        for (int bit = 0; bit < permissions.length; bit++) {
            if (permissions[bit] != null && (bits & (1 << bit)) != 0) {
                mode.add(permissions[bit]);
            }
        }
        return mode;
    }

}
