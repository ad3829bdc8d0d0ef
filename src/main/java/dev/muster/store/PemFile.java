package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Certificates and keys in PEM, as every tool for TLS writes them. */
public final class PemFile {

    /**
     * No chain and no set of authorities is larger, and what is read is held in memory.
     */
    private static final long LARGEST = 4L * 1024 * 1024;

    /** RFC 8410. */
    private static final String ED25519 = "1.3.101.112";

    private PemFile() {
    }

    /**
     * All certificates of a file, in its order; at least one.
     */
    public static List<X509Certificate> certificates(Path file) throws UnusableCertificateException {
        List<X509Certificate> found = new ArrayList<>();
        for (PemObject part : parts(file)) {
            if (part.getType().endsWith("CERTIFICATE")) {
                found.add(certificate(file, part));
            }
        }
        if (found.isEmpty()) {
            throw new UnusableCertificateException(file, "has no certificate in it: it has to be PEM, with the lines"
                    + " -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----", null);
        }
        return List.copyOf(found);
    }

    private static X509Certificate certificate(Path file, PemObject part) throws UnusableCertificateException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(part.getContent()));
        }
        catch (CertificateException ex) {
            throw new UnusableCertificateException(file, "is damaged: what it calls a certificate is none", ex);
        }
    }

    /** The private key of a file: PKCS 8, or the older forms of RSA and EC keys. */
    static PrivateKey key(Path file) throws UnusableCertificateException {
        for (PemObject part : parts(file)) {
            if (part.getType().equals("ENCRYPTED PRIVATE KEY") || !part.getHeaders().isEmpty()) {
                throw new UnusableCertificateException(file, "is kept with a password: make a file without one with"
                        + " 'openssl pkey -in " + file + " -out FILE', and let its owner only read that", null);
            }
            if (part.getType().endsWith("PRIVATE KEY")) {
                return key(file, part);
            }
        }
        throw new UnusableCertificateException(file,
                "has no private key in it: it has to be PEM, with the line -----BEGIN PRIVATE KEY-----", null);
    }

    private static PrivateKey key(Path file, PemObject part) throws UnusableCertificateException {
        try {
            PrivateKeyInfo info = switch (part.getType()) {
                case "RSA PRIVATE KEY" ->
                    new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            RSAPrivateKey.getInstance(part.getContent()));
                case "EC PRIVATE KEY" -> {
                    ECPrivateKey key = ECPrivateKey.getInstance(part.getContent());
                    yield new PrivateKeyInfo(
                            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                            key);
                }
                default -> PrivateKeyInfo.getInstance(part.getContent());
            };
            return KeyFactory.getInstance(algorithm(info.getPrivateKeyAlgorithm().getAlgorithm()))
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        }
        catch (GeneralSecurityException | IOException | IllegalArgumentException ex) {
            throw new UnusableCertificateException(file, "is damaged, or holds a key that is neither RSA nor EC nor"
                    + " Ed25519: what it calls a private key cannot be used", ex);
        }
    }

    private static String algorithm(ASN1ObjectIdentifier id) {
        if (id.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return "RSA";
        }
        return ED25519.equals(id.getId()) ? "Ed25519" : "EC";
    }

    private static List<PemObject> parts(Path file) throws UnusableCertificateException {
        List<PemObject> parts = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text(file)))) {
            for (PemObject part = reader.readPemObject(); part != null; part = reader.readPemObject()) {
                parts.add(part);
            }
            return parts;
        }
        catch (IOException | RuntimeException ex) {
            throw new UnusableCertificateException(file, "is damaged: it is no PEM", ex);
        }
    }

    private static String text(Path file) throws UnusableCertificateException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UnusableCertificateException(file, "is larger than " + LARGEST + " bytes: it is no PEM file",
                        null);
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (IOException ex) {
            throw new UnusableCertificateException(file, "cannot be read (" + UnusableKeyException.reason(ex) + ")",
                    ex);
        }
    }

}
