package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Random;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NodeKeyTests {

    private static final byte[] MESSAGE = "port = 2112".getBytes(StandardCharsets.UTF_8);

    private final Signatures signatures = new Signatures();

    private final NodeKey key = NodeKey.generate(new SecureRandom());

    @TempDir
    private Path directory;

    @Test
    void theIdIsTheHashOfTheRawPublicKey() {
        assertThat(this.key.publicKey()).hasSize(32);
        assertThat(this.key.id()).isEqualTo(MemberId.of(this.key.publicKey()));
    }

    @Test
    void onlyItsOwnSignatureOverTheSameBytesIsGood() {
        byte[] signature = this.key.sign(MESSAGE);
        NodeKey other = NodeKey.generate(new SecureRandom());
        assertThat(this.signatures.verify(this.key.publicKey(), MESSAGE, signature)).isTrue();
        assertThat(this.signatures.verify(other.publicKey(), MESSAGE, signature)).isFalse();
        assertThat(this.signatures.verify(this.key.publicKey(), new byte[] { 7 }, signature)).isFalse();
    }

    /** Section 7.1 of the RFC, tests 1 and 2. */
    @ParameterizedTest
    @CsvSource({
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '', "
                    + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72, "
                    + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" })
    void signaturesAreThoseOfRfc8032(String publicKey, String message, String signature) {
        HexFormat hex = HexFormat.of();
        assertThat(this.signatures.verify(hex.parseHex(publicKey), hex.parseHex(message), hex.parseHex(signature)))
            .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void garbageIsNotASignatureAndNeverAnError(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] publicKey = new byte[random.nextBoolean() ? 32 : random.nextInt(70)];
            byte[] signature = new byte[random.nextBoolean() ? 64 : random.nextInt(130)];
            random.nextBytes(publicKey);
            random.nextBytes(signature);
            assertThat(this.signatures.verify(publicKey, MESSAGE, signature)).isFalse();
            assertThat(this.signatures.verify(this.key.publicKey(), MESSAGE, signature)).isFalse();
        }
    }

    @Test
    void aSavedKeyIsTheSameMemberAgain() throws Exception {
        Path file = this.directory.resolve("MEMBER_KEY");
        NodeKey made = NodeKey.loadOrCreate(file, new SecureRandom());
        NodeKey read = NodeKey.loadOrCreate(file, new SecureRandom());
        assertThat(read.id()).isEqualTo(made.id());
        assertThat(this.signatures.verify(made.publicKey(), MESSAGE, read.sign(MESSAGE))).isTrue();
    }

    @Test
    void onlyTheOwnerMayReadTheFileAndNothingElseIsLeft() throws Exception {
        Path file = this.directory.resolve("MEMBER_KEY");
        this.key.save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(this.directory).isDirectoryContaining(file::equals);
        try (var files = Files.list(this.directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKeyIsNeverReplaced() throws Exception {
        Path file = this.directory.resolve("MEMBER_KEY");
        this.key.save(file);
        assertThatExceptionOfType(FileAlreadyExistsException.class)
            .isThrownBy(() -> NodeKey.generate(new SecureRandom()).save(file));
        assertThat(NodeKey.load(file).id()).isEqualTo(this.key.id());
    }

    @Test
    void aDamagedFileIsRefusedWithItsNameAndWhatToDo() throws Exception {
        Path file = this.directory.resolve("MEMBER_KEY");
        this.key.save(file);
        String whole = Files.readString(file);
        Path other = this.directory.resolve("other");
        NodeKey.generate(new SecureRandom()).save(other);
        String[] half = Files.readString(other).split("(?=-----BEGIN PUBLIC)");
        String[] damages = { "", whole.substring(0, whole.length() / 2),
                whole.replaceFirst("M[A-Za-z0-9+/]{8}", "AAAA"),
                half[0] + whole.substring(whole.indexOf("-----BEGIN PUBLIC")), "\0" + whole.substring(1) };
        for (String damage : damages) {
            Files.writeString(file, damage);
            assertThatExceptionOfType(DamagedKeyException.class).isThrownBy(() -> NodeKey.load(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("Put it back from a backup");
        }
    }

}
