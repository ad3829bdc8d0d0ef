package dev.muster.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The public halves of the keys that packages are signed with, one file each:
 * {@code SIG-PUB-1}, the key's name, an empty line, 32 bytes in base64. Every look-up
 * reads the disk.
 */
public final class PublicKeys {

    static final Pattern NAME = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]{0,254})-([0-9]{14})");

    private static final String TAG = "SIG-PUB-1";

    private static final int KEY_BYTES = 32;

    private static final long MOST_BYTES = 4_096;

    private final Path directory;

    public PublicKeys(Path directory) {
        this.directory = directory;
    }

    /**
     * The raw key of that name.
     * @throws InvalidArchiveException when there is none at hand, or its file is no key
     */
    byte[] find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidArchiveException("The archive names '" + name
                    + "' as the key it is signed with, and that is no name of a key, as core-20160810182414");
        }
        Path file = this.directory.resolve(name + ".pub");
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw damaged(file, "it is too long for a key");
            }
            return read(file, name);
        }
        catch (NoSuchFileException ex) {
            throw new InvalidArchiveException("The archive is signed with the key " + name + ", and " + file
                    + " is not there, so nobody can tell whether the signature is good. Put the public key there, from"
                    + " a place you trust (hab origin key export " + name.replaceFirst("-[0-9]{14}$", "")
                    + " --type public, where the package was built), and install again");
        }
        catch (IOException ex) {
            throw damaged(file, "it cannot be read (" + ex + ")");
        }
    }

    private static byte[] read(Path file, String name) throws IOException {
        List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
        if (lines.size() < 4 || !lines.get(0).equals(TAG) || !lines.get(2).isEmpty()) {
            throw damaged(file, "it does not begin with " + TAG + ", the key's name and an empty line");
        }
        if (!lines.get(1).equals(name)) {
            throw damaged(file, "it holds the key " + lines.get(1));
        }
        try {
            byte[] key = Base64.getDecoder().decode(lines.get(3).strip());
            if (key.length == KEY_BYTES) {
                return key;
            }
            throw damaged(file, "its key has " + key.length + " bytes instead of " + KEY_BYTES);
        }
        catch (IllegalArgumentException ex) {
            throw damaged(file, "its fourth line is no base64");
        }
    }

    private static InvalidArchiveException damaged(Path file, String problem) {
        return new InvalidArchiveException("The public key in " + file + " cannot be used: " + problem
                + ". Put the right file there and install again");
    }

}
