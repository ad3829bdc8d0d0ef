package dev.muster.store;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PemFileTest {

    @TempDir
    private Path directory;

    private PrivateKey read(String kind, byte[] content) throws Exception {
        Path file = this.directory.resolve("key");
        Files.writeString(file, "Something of the tool that made it\n-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + kind + "-----\n");
        return PemFile.key(file);
    }

    @ParameterizedTest
    @ValueSource(strings = { "RSA", "EC", "Ed25519" })
    void aKeyOfEachKindIsRead(String algorithm) throws Exception {
        PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
        assertThat(read("PRIVATE KEY", key.getEncoded()).getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void theOlderFormsOfKeysAreRead() throws Exception {
        PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        byte[] older = PrivateKeyInfo.getInstance(rsa.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();
        assertThat(read("RSA PRIVATE KEY", older)).isEqualTo(rsa);
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp256r1"));
        BigInteger ec = ((ECPrivateKey) curve.generateKeyPair().getPrivate()).getS();
        assertThat(read("EC PRIVATE KEY",
                new org.bouncycastle.asn1.sec.ECPrivateKey(256, ec, X9ObjectIdentifiers.prime256v1).getEncoded()))
            .isInstanceOfSatisfying(ECPrivateKey.class, (key) -> assertThat(key.getS()).isEqualTo(ec));
    }

}
