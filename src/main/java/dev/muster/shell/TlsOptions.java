package dev.muster.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a client trusts that speaks TLS with it, and what it shows.
 *
 * @param authority file of the certificates that are trusted
 * @param announced file of the one certificate of the root's own node, which counts where
 * no authority was named
 * @param name that the node's certificate has to be for, if it is not that of its address
 * @param certificate file of what is shown
 * @param key file of the key to it; there when that is
 */
record TlsOptions(Optional<Path> authority, Optional<Path> announced, Optional<String> name, Optional<Path> certificate,
        Optional<Path> key) {

    private static final Map<String, String> VARIABLES = Map.of(NodeOptions.SERVER_AUTHORITY,
            "HAB_CTL_SERVER_CA_CERTIFICATE", NodeOptions.SERVER_NAME, "HAB_CTL_SERVER_NAME_INDICATION",
            NodeOptions.CLIENT_CERTIFICATE, "HAB_CTL_CLIENT_CERTIFICATE", NodeOptions.CLIENT_KEY, "HAB_CTL_CLIENT_KEY");

    static TlsOptions read(Arguments arguments, Console console, Optional<Path> announced) throws UsageException {
        Optional<Path> certificate = value(NodeOptions.CLIENT_CERTIFICATE, arguments, console).map(Path::of);
        Optional<Path> key = value(NodeOptions.CLIENT_KEY, arguments, console).map(Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            String given = certificate.isPresent() ? NodeOptions.CLIENT_CERTIFICATE : NodeOptions.CLIENT_KEY;
            String missing = certificate.isPresent() ? NodeOptions.CLIENT_KEY : NodeOptions.CLIENT_CERTIFICATE;
            throw new UsageException("--" + given + " is given without --" + missing
                    + ": a certificate is shown with the key to it; add --" + missing + " FILE or set "
                    + VARIABLES.get(missing));
        }
        return new TlsOptions(value(NodeOptions.SERVER_AUTHORITY, arguments, console).map(Path::of),
                announced.filter(Files::exists), value(NodeOptions.SERVER_NAME, arguments, console), certificate, key);
    }

    private static Optional<String> value(String option, Arguments arguments, Console console) {
        Optional<String> given = arguments.value(option);
        if (given.isPresent()) {
            return given;
        }
        String inherited = console.environment().getOrDefault(VARIABLES.get(option), "");
        return inherited.isBlank() ? Optional.empty() : Optional.of(inherited);
    }

    /** Whether anything of it was given, so that TLS is meant. */
    boolean isSaid() {
        return this.authority.isPresent() || this.name.isPresent() || this.certificate.isPresent();
    }

}
