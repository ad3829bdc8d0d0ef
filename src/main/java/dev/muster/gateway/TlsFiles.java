package dev.muster.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.muster.store.CertificateFiles;
import dev.muster.store.UnusableCertificateException;

/**
 * Where a gateway's certificate is kept. Of a directory, the newest file in it counts.
 *
 * @param certificate in PEM, with those that vouch for it behind it
 * @param key in PEM, without a password
 * @param clientAuthorities who vouches for clients; without it they need no certificate
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {

    /** The same with files in place of directories, as they are now. */
    TlsFiles newest() throws UnusableCertificateException {
        return new TlsFiles(newest(this.certificate, ".crt.pem"), newest(this.key, ".key.pem"), this.clientAuthorities);
    }

    private static Path newest(Path given, String ending) throws UnusableCertificateException {
        return Files.isDirectory(given) ? CertificateFiles.newest(given, ending) : given;
    }

}
