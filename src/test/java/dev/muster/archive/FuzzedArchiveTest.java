package dev.muster.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

import dev.muster.Mutations;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Archives as strangers would send them, whole files and what is packed in them. */
class FuzzedArchiveTest {

    private static final String IDENT = "test/web/1.0.0/20260101000000";

    private static final Limits SMALL = new Limits(100, 1 << 20);

    @TempDir
    Path directory;

    private static byte[] tar() throws IOException {
        return TestArchive.service(IDENT)
            .file("n".repeat(150), "a long name")
            .entry("././@PaxHeader", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, "",
                    "16 comment=none\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0644)
            .hardLink("again", "hab/pkgs/" + IDENT + "/default.toml")
            .tar();
    }

    private void read(byte[] archive) {
        Path file = this.directory.resolve("archive");
        try {
            Mutations.write(file, archive);
            PackageArchive whole = PackageArchive.of(file);
            assertThat(whole.contents().ident().release()).isNotNull();
            try (BoundedTar tar = whole.open()) {
                byte[] buffer = new byte[4096];
                for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                    EntryName.of(entry.getName());
                    while (tar.fill(buffer) > 0) {
                        continue;
                    }
                }
                tar.drain(1 << 20);
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Test
    void filesAreReadOrRefused() throws IOException {
        TestArchive.Key key = TestArchive.Key.of("test-20260101000000");
        Mutations.eachIsTakenOrRefused(List.of(TestArchive.service(IDENT).hart(key), TestArchive.service(IDENT).gzip(),
                TestArchive.service(IDENT).xz(0)), this::read, InvalidArchiveException.class);
    }

    @Test
    void whatIsPackedIsReadOrRefused() throws IOException {
        Mutations.eachIsTakenOrRefused(List.of(tar(), TestArchive.service(IDENT).tar()), (tar) -> {
            try {
                read(TestArchive.gzip(tar));
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }, InvalidArchiveException.class);
    }

    /** Whatever is in one, it stays in its place or leaves nothing. */
    @Test
    void whatIsInstalledIsInItsPlaceAndWhatIsRefusedIsNowhere() throws IOException {
        List<byte[]> whole = List.of(tar(), TestArchive.service(IDENT).tar());
        int refused = 0;
        int cases = Math.max(100, Mutations.CASES / 20);
        for (int seed = 0; seed < cases; seed++) {
            StoreBench bench = new StoreBench(this.directory.resolve("root"));
            bench.limits = SMALL;
            byte[] tar = Mutations.of(whole, seed);
            try {
                bench.install(IDENT, TestArchive.gzip(tar));
                assertThat(bench.everything()).as("seed %s", seed)
                    .allMatch((name) -> ("pkgs/" + IDENT).startsWith(name) || name.startsWith("pkgs/" + IDENT));
            }
            catch (InvalidArchiveException ex) {
                refused++;
                assertThat(bench.everything()).as("seed %s: %s", seed, ex.getMessage()).isEqualTo(new TreeSet<>());
            }
            org.springframework.util.FileSystemUtils.deleteRecursively(bench.root);
            try (var left = Files.list(this.directory)) {
                assertThat(left.map((path) -> path.getFileName().toString())).isSubsetOf("archive");
            }
        }
        assertThat(refused).isBetween(cases / 10, cases - 1);
    }

}
