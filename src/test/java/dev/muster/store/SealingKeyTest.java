package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.muster.key.Sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SealingKeyTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final byte[] PLACE = { 1 };

    @TempDir
    Path directory;

    private RootLayout layout;

    @BeforeEach
    void makeRoot() throws IOException {
        this.layout = new RootLayout(this.directory);
        Files.createDirectories(this.layout.data());
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerOnly() throws IOException {
        Sealing first = SealingKey.loadOrCreate(this.layout, RANDOM);
        Path file = this.directory.resolve("sup/default/SEALING_KEY");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        String text = Files.readString(file);
        assertThat(text).hasSize(45);
        Sealing second = SealingKey.loadOrCreate(this.layout, RANDOM);
        assertThat(file).hasContent(text.strip());
        assertThat(second.open(first.seal(new byte[] { 7 }, PLACE), PLACE)).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "AAECAwQFBgcICQoLDA0ODxAREhMU!" })
    void aDamagedKeyIsSaidAndNeverReplaced(String text) throws IOException {
        Path file = Files.writeString(this.layout.sealingKey(), text);
        assertThatThrownBy(() -> SealingKey.loadOrCreate(this.layout, RANDOM)).isInstanceOf(UnusableRootException.class)
            .hasMessageContaining(file + " is damaged")
            .hasMessageNotContaining("AAEC");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void aKeyThatIsGoneIsNotMadeAnewWhereSomethingIsSealed() throws IOException {
        SealingKey.loadOrCreate(this.layout, RANDOM);
        Files.delete(this.layout.sealingKey());
        assertThatThrownBy(() -> SealingKey.loadOrCreate(this.layout, RANDOM)).isInstanceOf(UnusableRootException.class)
            .hasMessageContaining(this.layout.sealingKey() + " is gone")
            .hasMessageContaining("from a backup")
            .hasMessageContaining("remove " + this.layout.facts() + ", " + this.layout.contents());
        assertThat(this.layout.sealingKey()).doesNotExist();
        Files.delete(this.layout.sealed());
        SealingKey.loadOrCreate(this.layout, RANDOM);
    }

    @Test
    void anotherKeyIsNotTaken() throws IOException {
        SealingKey.loadOrCreate(this.layout, RANDOM);
        Files.writeString(this.layout.sealingKey(), "A".repeat(43) + "=\n");
        assertThatThrownBy(() -> SealingKey.loadOrCreate(this.layout, RANDOM)).isInstanceOf(UnusableRootException.class)
            .hasMessageContaining("is not the one that " + this.layout.sealed());
    }

}
