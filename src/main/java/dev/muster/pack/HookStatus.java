package dev.muster.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * What became of a package's install hook; kept beside the package's files as the hook's
 * exit code, as Habitat does.
 */
public enum HookStatus {

    /** The package has no install hook. */
    NONE,
    /** It has not run to its end. */
    PENDING,
    /** It ended with 0. */
    OK,
    /** It ended otherwise. */
    FAILED;

    /** Holds the exit code; never part of an archive. */
    public static final String FILE = "INSTALL_HOOK_STATUS";

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the hook has to run before the package is used. */
    public boolean due() {
        return this == PENDING || this == FAILED;
    }

    /** Of a package that lies here. */
    public static HookStatus of(Path directory) throws IOException {
        if (!Files.isRegularFile(directory.resolve("hooks/install"))) {
            return NONE;
        }
        try {
            String code = Files.readString(directory.resolve(FILE)).strip();
            return code.isEmpty() ? PENDING : code.equals("0") ? OK : FAILED;
        }
        catch (NoSuchFileException ex) {
            return PENDING;
        }
    }

    /** Keeps how it ended; durable when this returns. */
    public static void write(Path directory, int code) throws IOException {
        Path fresh = directory.resolve('.' + FILE + ".fresh");
        Files.writeString(fresh, code + "\n");
        force(fresh);
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        force(directory);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

}
