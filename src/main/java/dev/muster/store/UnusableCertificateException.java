package dev.muster.store;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A certificate, or the key to one, cannot be used as it is. Nothing of a key is in what
 * it says. Trying again helps after somebody has put the file right.
 */
public final class UnusableCertificateException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableCertificateException(Path file, String what, @Nullable Exception cause) {
        super(file + " " + what, cause);
    }

}
