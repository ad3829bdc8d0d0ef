package dev.muster.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

import dev.muster.key.Sealing;

/**
 * The key that a node seals its own files with: made once, 32 bytes in base64, for its
 * owner's eyes. It is another one than the key the node is known by, so that it can be
 * replaced.
 */
public final class SealingKey {

    private SealingKey() {
    }

    /**
     * Reads the key of a root, or makes it where there is none.
     * @throws UnusableRootException when it is damaged, or can be neither read nor
     * written; nothing that was sealed with it opens then
     */
    public static Sealing loadOrCreate(RootLayout layout, SecureRandom random) throws UnusableRootException {
        Path file = layout.sealingKey();
        try {
            return load(layout, file, random);
        }
        catch (NoSuchFileException ex) {
            return create(layout, file, random);
        }
        catch (UnusableRootException ex) {
            throw ex;
        }
        catch (IOException ex) {
            throw new UnusableRootException(layout.root(), file, ex);
        }
    }

    private static Sealing load(RootLayout layout, Path file, SecureRandom random) throws IOException {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        }
        catch (IllegalArgumentException ex) {
            // The decoder's own words hold characters of the key.
            throw damaged(layout, file);
        }
        if (key.length != Sealing.KEY_LENGTH) {
            throw damaged(layout, file);
        }
        return new Sealing(key, random);
    }

    private static UnusableRootException damaged(RootLayout layout, Path file) {
        return new UnusableRootException(layout.root(),
                "The sealing key in " + file + " is damaged: it has to be " + Sealing.KEY_LENGTH
                        + " bytes in base64. Put it back from a backup; without it, what this node has "
                        + "sealed below " + layout.data() + " cannot be read");
    }

    private static Sealing create(RootLayout layout, Path file, SecureRandom random) throws UnusableRootException {
        byte[] key = new byte[Sealing.KEY_LENGTH];
        random.nextBytes(key);
        try {
            NewFile.write(file, (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII),
                    "rw-------");
            return new Sealing(key, random);
        }
        catch (FileAlreadyExistsException ex) {
            throw new UnusableRootException(layout.root(),
                    "Another process made the sealing key in " + file + " at the same moment: start again");
        }
        catch (IOException ex) {
            throw new UnusableRootException(layout.root(), file, ex);
        }
    }

}
