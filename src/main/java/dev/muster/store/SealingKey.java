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
import dev.muster.key.UnreadableMessageException;

/**
 * The key that a node seals its own files with: made once, 32 bytes in base64, for its
 * owner's eyes. It is another one than the key the node is known by, so that it can be
 * replaced. A word that was sealed with it lies beside what else was, and tells whether
 * it is still the same.
 */
public final class SealingKey {

    private static final byte[] WORD = "muster".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PLACE = "SEALED".getBytes(StandardCharsets.US_ASCII);

    private SealingKey() {
    }

    /**
     * Reads the key of a root, or makes it where there is none.
     * @throws UnusableRootException when it is damaged, is gone or is another one than
     * the files of this root were sealed with, or can be neither read nor written;
     * nothing that was sealed opens then
     */
    public static Sealing loadOrCreate(RootLayout layout, SecureRandom random) throws UnusableRootException {
        Path file = layout.sealingKey();
        boolean sealed = Files.exists(layout.sealed());
        try {
            Sealing sealing = load(layout, file, random);
            if (sealed) {
                requireTheSame(layout, file, sealing);
            }
            else {
                NewFile.write(layout.sealed(), sealing.seal(WORD, PLACE), "rw-------");
            }
            return sealing;
        }
        catch (NoSuchFileException ex) {
            if (sealed) {
                throw lost(layout, "The sealing key in " + file + " is gone");
            }
            create(layout, file, random);
            return loadOrCreate(layout, random);
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

    private static void requireTheSame(RootLayout layout, Path file, Sealing sealing) throws IOException {
        try {
            sealing.open(Files.readAllBytes(layout.sealed()), PLACE);
        }
        catch (UnreadableMessageException ex) {
            throw lost(layout,
                    "The sealing key in " + file + " is not the one that " + layout.sealed() + " was sealed with");
        }
    }

    private static UnusableRootException damaged(RootLayout layout, Path file) {
        return lost(layout,
                "The sealing key in " + file + " is damaged: it has to be " + Sealing.KEY_LENGTH + " bytes in base64");
    }

    /** Says what is to be done; others still have what the ring was told. */
    private static UnusableRootException lost(RootLayout layout, String what) {
        return new UnusableRootException(layout.root(),
                what + ", and what this node has sealed cannot be read without it. Put the key back from a backup. If"
                        + " there is none, remove " + layout.facts() + ", " + layout.contents() + ", " + layout.sealed()
                        + " and " + layout.sealingKey()
                        + ", and start again: facts and files are fetched from the other members of the ring, and"
                        + " what only this node had is lost");
    }

    private static void create(RootLayout layout, Path file, SecureRandom random) throws UnusableRootException {
        byte[] key = new byte[Sealing.KEY_LENGTH];
        random.nextBytes(key);
        try {
            NewFile.write(file, (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII),
                    "rw-------");
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
