package dev.muster.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import dev.muster.pack.PackageIdent;
import dev.muster.update.Channel;
import dev.muster.update.PackageSource;

/**
 * Finds the source that an address names. All have the same layout:
 * {@code channels/NAME.txt} and {@code packages/ORIGIN-NAME-VERSION-RELEASE-TARGET.hart},
 * or {@code .tar.gz} or {@code .tar.xz} in its place.
 */
public final class Sources {

    /** What an archive may end with; the first that is there is taken. */
    static final List<String> ENDINGS = List.of(".hart", ".tar.gz", ".tar.xz");

    private Sources() {
    }

    /**
     * @throws IOException when it is no address of a source, with what one is
     */
    public static PackageSource of(String address) throws IOException {
        try {
            String scheme = scheme(address);
            return switch (scheme) {
                case "http", "https" -> new HttpSource(new URI(address));
                case "file" -> new DirectorySource(Path.of(new URI(address)));
                case "" -> {
                    Path path = Path.of(address);
                    if (!path.isAbsolute()) {
                        throw unusable(address, "it is no absolute path");
                    }
                    yield new DirectorySource(path);
                }
                default -> throw unusable(address, "nothing is known of " + scheme + ":");
            };
        }
        catch (URISyntaxException | IllegalArgumentException ex) {
            throw unusable(address, ex.getMessage());
        }
    }

    private static String scheme(String address) {
        int colon = address.indexOf(':');
        return (colon < 0 || address.startsWith("/")) ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    private static IOException unusable(String address, String why) {
        return new IOException("'" + address + "' is no source of packages: " + why
                + "; it is the absolute path of a directory, or http://HOST/PATH or https://HOST/PATH");
    }

    /**
     * Reads no more of a channel than it may have.
     * @param place where it comes from, for people
     */
    static byte[] channel(InputStream in, Object place) throws IOException {
        byte[] text = in.readNBytes(Channel.MAX_BYTES + 1);
        if (text.length > Channel.MAX_BYTES) {
            throw new IOException(place + " has more than " + Channel.MAX_BYTES + " bytes, which is the most");
        }
        return text;
    }

    /** Without its ending; no part of it can have a slash. */
    static String fileName(PackageIdent release, String target) {
        return release.toString().replace('/', '-') + "-" + target;
    }

}
