package dev.muster.node;

import java.nio.file.Path;
import java.util.Optional;

import dev.muster.gateway.GatewayCertificates;
import dev.muster.gateway.GatewayTls;
import dev.muster.gateway.TlsFiles;
import dev.muster.store.UnusableCertificateException;

/** Which certificates a node was told to use; the names are Habitat's. */
final class CertificateOptions {

    private CertificateOptions() {
    }

    /**
     * Reads the options, and the files that they name.
     * @throws OptionException in one sentence, with the option and the file
     */
    static GatewayCertificates read(OptionSources sources) {
        return new GatewayCertificates(
                tls("ctl-gateway",
                        new Option("ctl-server-certificate", "HAB_CTL_SERVER_CERTIFICATE", "ctl_server_certificate"),
                        new Option("ctl-server-key", "HAB_CTL_SERVER_KEY", "ctl_server_key"),
                        new Option("ctl-client-ca-certificate", "HAB_CTL_CLIENT_CA_CERTIFICATE",
                                "ctl_client_ca_certificate"),
                        sources),
                tls("http-gateway", new Option("certs", "", "cert_file"), new Option("key", "", "key_file"),
                        new Option("ca-certs", "", "ca_cert_file"), sources));
    }

    private static Optional<GatewayTls> tls(String gateway, Option certificate, Option key, Option authorities,
            OptionSources sources) {
        Optional<Path> certificateFile = certificate.value(sources);
        Optional<Path> keyFile = key.value(sources);
        Optional<Path> authoritiesFile = authorities.value(sources);
        if (certificateFile.isEmpty() && keyFile.isEmpty() && authoritiesFile.isEmpty()) {
            return Optional.empty();
        }
        Option given = certificateFile.isPresent() ? certificate : (keyFile.isPresent() ? key : authorities);
        if (certificateFile.isEmpty() || keyFile.isEmpty()) {
            Option missing = certificateFile.isEmpty() ? certificate : key;
            throw new OptionException("--" + given.name() + " is given without --" + missing.name() + ": the " + gateway
                    + " needs a certificate and its key, as 'muster sup secret generate-tls' makes them;" + " add --"
                    + missing.name() + " FILE");
        }
        try {
            return Optional
                .of(GatewayTls.open(gateway, new TlsFiles(certificateFile.get(), keyFile.get(), authoritiesFile)));
        }
        catch (UnusableCertificateException ex) {
            throw new OptionException("The " + gateway + " cannot speak TLS: " + ex.getMessage() + " (of --"
                    + certificate.name() + ", --" + key.name() + ", --" + authorities.name() + ")", ex);
        }
    }

    /**
     * Where a file's name may come from.
     *
     * @param variable empty where none names it
     */
    private record Option(String name, String variable, String fileKey) {

        Optional<Path> value(OptionSources sources) {
            return sources.value(this.name, this.variable, this.fileKey).map((text) -> Path.of(text).toAbsolutePath());
        }

    }

}
