package dev.muster.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.IPAddress;

/**
 * A certificate that nobody but its own key vouches for (ECDSA on P-256), for who has no
 * authority of his own: clients are given this very certificate to trust.
 *
 * @param certificate in PEM
 * @param key PKCS 8, in PEM; whoever has it can pass for that server
 */
public record SelfSigned(String certificate, String key) {

    private static final String SUBJECT = "O=Muster gateway";

    private static final Pattern HOST = Pattern
        .compile("(?=.{1,253}$)(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
                + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*");

    private static final int SERIAL_BITS = 126;

    /**
     * Makes a key pair and a certificate for it.
     * @param names host names and addresses of the server; at least one
     * @param from when it begins to hold
     * @throws InvalidKeyException when one of the names is neither
     */
    public static SelfSigned generate(List<String> names, Instant from, Duration validity, SecureRandom random) {
        GeneralName[] alternatives = names.stream().map(SelfSigned::alternative).toArray(GeneralName[]::new);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            BigInteger serial = new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            byte[] certificate = new CertificateContent(SUBJECT, serial, from, from.plus(validity), pair.getPublic(),
                    Optional.of(extensions(alternatives)))
                .sign(X9ObjectIdentifiers.ecdsa_with_SHA256.getId(), signature);
            return new SelfSigned(pem("CERTIFICATE", certificate), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        }
        catch (GeneralSecurityException | IOException ex) {
            throw new IllegalStateException("Every Java platform has ECDSA on P-256", ex);
        }
    }

    private static Extensions extensions(GeneralName[] alternatives) throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                new KeyPurposeId[] { KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth }));
        return extensions.generate();
    }

    private static GeneralName alternative(String name) {
        if (IPAddress.isValidIPv4(name) || IPAddress.isValidIPv6(name)) {
            return new GeneralName(GeneralName.iPAddress, name);
        }
        if (!HOST.matcher(name).matches()) {
            throw new InvalidKeyException("\"" + name
                    + "\" cannot stand in a certificate: it has to be a host name, as sup-a.example.com, or an address");
        }
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)
                + "\n-----END " + kind + "-----\n";
    }

    @Override
    public String toString() {
        return "SelfSigned";
    }

}
