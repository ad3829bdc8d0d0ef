package dev.muster.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.muster.pack.PackageIdent;

/**
 * The package that every member runs: one template with two values in it, and a
 * {@code reconfigure} hook, so that a change is over when its files are written.
 */
final class ProbePackage {

    static final PackageIdent IDENT = PackageIdent.parse("bench/probe");

    static final String CONFIG_FILE = "probe.conf";

    private static final String RELEASE = "bench/probe/1.0.0/20260101000000";

    /** So long is the layer that is applied, in bytes; about that of a small service. */
    private static final int LAYER_BYTES = 256;

    private ProbePackage() {
    }

    /** Writes it below a directory of packages. */
    static void write(Path packages) throws IOException {
        Path release = Files.createDirectories(packages.resolve(RELEASE));
        Files.createDirectories(release.resolve("config"));
        Files.createDirectories(release.resolve("hooks"));
        Files.writeString(release.resolve("IDENT"), RELEASE + "\n");
        Files.writeString(release.resolve("TARGET"),
                System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux\n" : "x86_64-linux\n");
        // Looked at by a node of root only; a user of its own would have to be there.
        Files.writeString(release.resolve("SVC_USER"), "root\n");
        Files.writeString(release.resolve("SVC_GROUP"), "root\n");
        Files.writeString(release.resolve("default.toml"), "change = 0\ntext = \"\"\n");
        Files.writeString(release.resolve("config").resolve(CONFIG_FILE), "{{cfg.change}}\n{{cfg.text}}\n");
        Files.writeString(release.resolve("hooks/run"), "#!/bin/sh\nexec sleep 600\n");
        Files.writeString(release.resolve("hooks/reconfigure"), "#!/bin/sh\n");
    }

    /** The layer of a change, all of one length. */
    static byte[] layer(int change) {
        String head = "change = " + change + "\ntext = \"";
        return (head + "x".repeat(LAYER_BYTES - head.length() - 2) + "\"\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Whether this is the file that members render for a change. */
    static boolean isRenderedFrom(int change, String text) {
        return text.startsWith(change + "\n");
    }

}
