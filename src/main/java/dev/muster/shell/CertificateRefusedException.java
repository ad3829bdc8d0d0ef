package dev.muster.shell;

import java.security.cert.CertificateException;

import org.jspecify.annotations.Nullable;

/** The certificate of a node is not taken; the message is a sentence for people. */
final class CertificateRefusedException extends CertificateException {

    private static final long serialVersionUID = 1L;

    CertificateRefusedException(String message, @Nullable Exception cause) {
        super(message, cause);
    }

}
