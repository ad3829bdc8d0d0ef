package dev.muster.update;

import java.io.IOException;
import java.io.InputStream;

import dev.muster.pack.PackageIdent;

/**
 * Where packages and channels come from. Every method may wait for a disk or a server,
 * and gives up after a while; any thread may call it.
 */
public interface PackageSource {

    /**
     * The text of a channel, at most {@link Channel#MAX_BYTES} bytes.
     * @throws IOException when it cannot be had; its message stands for itself
     */
    byte[] channel(String name) throws IOException;

    /**
     * The archive of a release.
     * @param target what machine it is for, as {@code x86_64-linux}
     * @throws IOException when it cannot be had; its message stands for itself
     */
    InputStream archive(PackageIdent release, String target) throws IOException;

    /**
     * Whether an archive may be taken that is not signed and of which no checksum is
     * known: not where anybody on the way could have changed it.
     */
    boolean isTrusted();

}
