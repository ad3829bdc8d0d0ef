package dev.muster.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Hash;
import dev.muster.update.Channel;
import dev.muster.update.PackageSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** What is taken from a source, and what is taken away again. */
class SourcedPackagesTest {

    private static final String IDENT = "test/web/1.0.0/20260101000000";

    private static final PackageIdent RELEASE = PackageIdent.parse(IDENT);

    private static final TestArchive.Key KEY = TestArchive.Key.of("test-20260101000000");

    private final Map<PackageIdent, byte[]> archives = new HashMap<>();

    private boolean trusted = true;

    private StoreBench bench;

    private SourcedPackages packages;

    private final PackageSource source = new PackageSource() {

        @Override
        public byte[] channel(String name) {
            throw new AssertionError("nobody asks for it here");
        }

        @Override
        public InputStream archive(PackageIdent release, String target) throws IOException {
            assertThat(target).isEqualTo(TestArchive.TARGET);
            byte[] archive = SourcedPackagesTest.this.archives.get(release);
            if (archive == null) {
                throw new IOException("there is no archive of " + release);
            }
            return new ByteArrayInputStream(archive);
        }

        @Override
        public boolean isTrusted() {
            return SourcedPackagesTest.this.trusted;
        }

    };

    @BeforeEach
    void make(@TempDir Path directory) {
        this.bench = new StoreBench(directory.resolve("root"));
        this.packages = new SourcedPackages(this.bench.store(), this.bench.path());
    }

    private void install(String channel) throws IOException {
        this.packages.install(this.source, Channel.parse(channel.getBytes(StandardCharsets.UTF_8)), RELEASE);
    }

    private void refused(String channel, String why) {
        assertThatIOException().isThrownBy(() -> install(channel)).withMessageContaining(why);
        assertThat(this.packages.isInstalled(RELEASE)).isFalse();
        assertThat(this.bench.path().locate(RELEASE)).isEmpty();
    }

    @Test
    void aReleaseIsInstalledOnceAndWhatItNeedsToo() throws IOException {
        String needed = "test/lib/2/20260101000000";
        this.archives.put(RELEASE, TestArchive.service(IDENT).file("TDEPS", needed + "\n").gzip());
        assertThatIOException().isThrownBy(() -> install(IDENT)).withMessageContaining("no archive of " + needed);
        assertThat(this.packages.isInstalled(RELEASE)).as("it could not run").isFalse();
        this.archives.put(PackageIdent.parse(needed), TestArchive.service(needed).gzip());
        install(IDENT);
        assertThat(this.packages.isInstalled(RELEASE)).isTrue();
        assertThat(this.bench.path().locate(PackageIdent.parse(needed))).isPresent();
        this.archives.clear();
        install(IDENT);
    }

    @Test
    void anArchiveIsWhatItsChannelSaysOrNotTaken() throws IOException {
        byte[] archive = TestArchive.service(IDENT).gzip();
        this.archives.put(RELEASE, archive);
        refused(IDENT + " sha256=" + "0".repeat(64), "and its channel says 0000");
        install(IDENT + " sha256=" + Hash.of(archive).hex());
        assertThat(this.packages.isInstalled(RELEASE)).isTrue();
    }

    @Test
    void whatNobodyHasSignedIsNotTakenOverAWayThatOthersCanChange() throws IOException {
        this.trusted = false;
        byte[] archive = TestArchive.service(IDENT).gzip();
        this.archives.put(RELEASE, archive);
        refused(IDENT, "is not signed");
        // The channel comes the same way.
        refused(IDENT + " sha256=" + Hash.of(archive).hex(), "is not signed");
        this.archives.put(RELEASE, TestArchive.service(IDENT).hart(KEY));
        refused(IDENT, KEY.name());
        KEY.trustedIn(this.bench.keys);
        install(IDENT);
        assertThat(this.packages.isInstalled(RELEASE)).isTrue();
    }

    @Test
    void anotherPackageThanWasAskedForIsNotTaken() throws IOException {
        this.archives.put(RELEASE, TestArchive.service("test/web/1.0.0/20260101000009").gzip());
        refused(IDENT, "The archive is the package test/web/1.0.0/20260101000009");
        this.archives.put(RELEASE, "<html>not found</html>".getBytes(StandardCharsets.UTF_8));
        refused(IDENT, "This is no package");
        this.archives.put(RELEASE, new byte[0]);
        refused(IDENT, "The archive is empty");
    }

    @Test
    void aReleaseWhoseInstallHookFailsIsThereForItsStartToFail() throws IOException {
        this.bench.exit = 3;
        this.archives.put(RELEASE,
                TestArchive.service(IDENT).file("hooks/install", "#!/bin/sh\nexit 3\n", 0755).gzip());
        install(IDENT);
        assertThat(this.packages.isInstalled(RELEASE)).isTrue();
    }

    @Test
    void theNewestStayAndWhatIsNeeded() throws IOException {
        for (int version = 1; version <= 12; version++) {
            String ident = "test/web/1." + version + "/20260101000000";
            this.bench.install(ident, TestArchive.service(ident).gzip());
        }
        this.bench.running.put(PackageIdent.parse("test/web/1.5/20260101000000"), List.of("web"));
        StoreBench.put(this.bench.elsewhere, "test/web/1.1.1/20260101000000");
        this.packages.clean(PackageIdent.parse("test/web"), 2,
                Set.of(PackageIdent.parse("test/web/1.3/20260101000000")));
        assertThat(this.bench.path().all(PackageIdent.parse("test/web")))
            .extracting((found) -> String.valueOf(found.ident().version()))
            .containsExactly("1.12", "1.11", "1.5", "1.3", "1.1.1");
    }

}
