package dev.muster.shell;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;

import javax.net.ssl.X509ExtendedKeyManager;

import dev.muster.store.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one certificate that a client was given, whoever the node says it trusts: a
 * refusal then says more than a certificate that was never shown. Remembers whether it
 * was asked for one.
 */
final class ClientIdentity extends X509ExtendedKeyManager {

    private static final String ALIAS = "client";

    private final Optional<TlsIdentity> identity;

    private volatile boolean asked;

    ClientIdentity(Optional<TlsIdentity> identity) {
        this.identity = identity;
    }

    boolean isMissed() {
        return this.asked && this.identity.isEmpty();
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        this.asked = true;
        return fits(types) ? ALIAS : null;
    }

    private boolean fits(String[] types) {
        return this.identity
            .filter((own) -> java.util.Arrays.stream(types)
                .anyMatch((type) -> own.key().getAlgorithm().equalsIgnoreCase(type)
                        || (type.equals("EdDSA") && own.key().getAlgorithm().startsWith("Ed"))))
            .isPresent();
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[] { ALIAS };
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return this.identity.map((own) -> own.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return this.identity.map(TlsIdentity::key).orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

}
