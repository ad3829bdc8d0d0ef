package dev.muster.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * What a certificate says that its own key signs (RFC 5280).
 *
 * @param subject as {@code CN=ring}; the issuer is the same
 * @param from when it begins to hold
 * @param until when it ends
 * @param key that it is about
 */
public record CertificateContent(String subject, BigInteger serial, Instant from, Instant until, PublicKey key,
        Optional<Extensions> extensions) {

    /**
     * Puts the certificate together.
     * @param algorithm object identifier of how {@code signature} signs, in digits and
     * dots
     * @param signature to sign with the private key; nothing was given to it yet
     * @return the certificate, DER
     */
    public byte[] sign(String algorithm, Signature signature) throws GeneralSecurityException {
        AlgorithmIdentifier identifier = new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm));
        X500Name name = new X500Name(this.subject);
        V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(this.serial));
        content.setSignature(identifier);
        content.setIssuer(name);
        content.setSubject(name);
        content.setStartDate(new Time(Date.from(this.from)));
        content.setEndDate(new Time(Date.from(this.until)));
        content.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(this.key.getEncoded()));
        this.extensions.ifPresent(content::setExtensions);
        TBSCertificate signed = content.generateTBSCertificate();
        try {
            signature.update(signed.getEncoded(ASN1Encoding.DER));
            return new DERSequence(new ASN1Encodable[] { signed, identifier, new DERBitString(signature.sign()) })
                .getEncoded(ASN1Encoding.DER);
        }
        catch (IOException ex) {
            throw new IllegalStateException("A certificate could not be encoded in memory", ex);
        }
    }

}
