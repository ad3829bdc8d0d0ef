package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.muster.rumor.MemberId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RootDirectoryTest {

    private static final MemberId ID = new MemberId("0123456789abcdef0123456789abcdef");

    @TempDir
    Path directory;

    private RootLayout layout() {
        return new RootLayout(this.directory.resolve("root"));
    }

    private RootDirectory claim() throws IOException {
        return RootDirectory.claim(layout(), new SecureRandom());
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsMissingIsMadeAndSecretsAreForTheirOwnerOnly() throws IOException {
        try (RootDirectory root = claim()) {
            RootLayout layout = root.layout();
            assertThat(Stream.of(layout.packages(), layout.services(), layout.user(), layout.keys(), layout.specs(),
                    layout.data()))
                .allMatch(Files::isDirectory);
            assertThat(mode(layout.services())).isEqualTo("rwxr-xr-x");
            assertThat(mode(layout.keys())).isEqualTo("rwx------");
            assertThat(mode(layout.data())).isEqualTo("rwx------");
            assertThat(mode(layout.controlSecret())).isEqualTo("rw-------");
            assertThat(Base64.getDecoder().decode(root.controlSecret())).hasSize(64);
        }
    }

    @Test
    void theSecretIsMadeOnce() throws IOException {
        String secret;
        try (RootDirectory root = claim()) {
            secret = root.controlSecret();
        }
        try (RootDirectory root = claim()) {
            assertThat(root.controlSecret()).isEqualTo(secret);
        }
    }

    @Test
    void anEmptySecretIsNoSecret() throws IOException {
        claim().close();
        Files.writeString(layout().controlSecret(), "\n");
        try (RootDirectory root = claim()) {
            assertThatExceptionOfType(UnusableRootException.class).isThrownBy(root::controlSecret)
                .withMessageContaining(layout().controlSecret().toString())
                .withMessageContaining("remove");
        }
    }

    @Test
    void aRootIsHeldByOneNodeAndItsProcessIsNamed() throws IOException {
        long self = ProcessHandle.current().pid();
        try (RootDirectory root = claim()) {
            assertThat(layout().runningNode()).hasValue(self);
            assertThatExceptionOfType(RootInUseException.class).isThrownBy(this::claim)
                .withMessageContaining(root.layout().root().toString())
                .withMessageContaining("process " + self);
            assertThat(layout().runningNode()).hasValue(self);
        }
        assertThat(layout().runningNode()).isEmpty();
    }

    @Test
    void aRootHeldByAnotherProcessIsRefusedUntilThatEnds() throws Exception {
        claim().close();
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), layout().root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertThat(layout().runningNode()).hasValue(other.pid());
            assertThatExceptionOfType(RootInUseException.class).isThrownBy(this::claim)
                .withMessageContaining("process " + other.pid());
        }
        finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(layout().lock()).strip()).isEqualTo(Long.toString(other.pid()));
        assertThat(layout().runningNode()).isEmpty();
        claim().close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "launcher/any", "sup/default/data/0123456789abcdef0123456789abcdef.rst" })
    void theRootOfAHabitatSupervisorIsRefusedAndLeftAsItIs(String trace) throws IOException {
        Path file = layout().root().resolve(trace);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThatExceptionOfType(RootInUseException.class).isThrownBy(this::claim)
            .withMessageContaining("Habitat")
            .withMessageContaining(layout().root().toString());
        assertThat(layout().lock()).doesNotExist();
        assertThat(layout().controlSecret()).doesNotExist();
    }

    @Test
    void aRootThatCannotBeMadeIsNamed() throws IOException {
        Files.createFile(this.directory.resolve("root"));
        assertThatExceptionOfType(UnusableRootException.class).isThrownBy(this::claim)
            .withMessageContaining(layout().root().toString())
            .withMessageContaining("--root");
        RootLayout nowhere = new RootLayout(Path.of("/proc/muster"));
        assertThatExceptionOfType(UnusableRootException.class)
            .isThrownBy(() -> RootDirectory.claim(nowhere, new SecureRandom()))
            .withMessageContaining("/proc/muster")
            .satisfies((ex) -> assertThat(ex.root()).isEqualTo(nowhere.root()));
    }

    @Test
    void theControlAddressIsThereWhileTheNodeRuns() throws IOException {
        try (RootDirectory root = claim()) {
            root.announceControlAddress("http://127.0.0.1:9632");
            assertThat(root.layout().controlAddress()).hasContent("http://127.0.0.1:9632");
            assertThat(mode(root.layout().controlAddress())).isEqualTo("rw-r--r--");
            root.announceControlCertificate("PEM\n");
            assertThat(root.layout().controlCertificate()).hasContent("PEM");
            assertThat(mode(root.layout().controlCertificate())).isEqualTo("rw-r--r--");
        }
        assertThat(layout().controlAddress()).doesNotExist();
        assertThat(layout().controlCertificate()).doesNotExist();
    }

    @Test
    void theControlAddressOfAKilledNodeIsTakenAwayByTheNext() throws IOException {
        claim().close();
        Files.writeString(layout().controlAddress(), "http://127.0.0.1:9632");
        Files.writeString(layout().controlCertificate(), "PEM\n");
        try (RootDirectory root = claim()) {
            assertThat(root.layout().controlAddress()).doesNotExist();
            assertThat(root.layout().controlCertificate()).doesNotExist();
        }
    }

    @Test
    void eachStartRaisesTheIncarnation() throws IOException {
        try (RootDirectory root = claim()) {
            assertThat(root.raiseIncarnation(0)).isEqualTo(1);
        }
        try (RootDirectory root = claim()) {
            assertThat(root.raiseIncarnation(0)).isEqualTo(2);
            assertThat(root.raiseIncarnation(9)).isEqualTo(10);
            assertThat(root.layout().incarnation()).hasContent("10");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "seven", "-3", "99999999999999999999" })
    void aDamagedIncarnationGoesOnAboveWhatTheLogKnows(String damaged) throws IOException {
        try (RootDirectory root = claim()) {
            Files.writeString(root.layout().incarnation(), damaged);
            assertThat(root.raiseIncarnation(41)).isEqualTo(42);
            assertThat(root.layout().data().resolve("INCARNATION.damaged")).hasContent(damaged);
        }
    }

    @Test
    void theMemberIdIsWritten() throws IOException {
        try (RootDirectory root = claim()) {
            root.recordMemberId(ID);
            root.recordMemberId(ID);
            assertThat(root.layout().memberId()).hasContent(ID.hex());
        }
    }

    /** Holds a root in another process until that is killed. */
    static final class Holder {

        private Holder() {
        }

        public static void main(String[] args) throws IOException, InterruptedException {
            RootDirectory.claim(new RootLayout(Path.of(args[0])), new SecureRandom());
            System.out.print('!');
            System.out.flush();
            Thread.currentThread().join();
        }

    }

}
