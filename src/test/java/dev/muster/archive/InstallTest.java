package dev.muster.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InstallTest {

    private static final String IDENT = "test/web/1.0.0/20260101000000";

    private static final TestArchive.Key KEY = TestArchive.Key.of("test-20260101000000");

    @TempDir
    Path directory;

    private StoreBench bench;

    private Path target;

    @BeforeEach
    void make() {
        this.bench = new StoreBench(this.directory.resolve("root"));
        this.target = this.bench.own.resolve(IDENT);
    }

    @Test
    void aSignedPackageIsInstalledWithItsFilesModesAndLinks() throws IOException {
        KEY.trustedIn(this.bench.keys);
        Installation done = this.bench.install(IDENT,
                TestArchive.service(IDENT)
                    .hardLink("bin/other", "hab/pkgs/" + IDENT + "/bin/tool")
                    .link("lib", "/hab/pkgs/core/glibc/2.35/20240101000000/lib")
                    .link("share/here", "../../20260101000000/bin")
                    .hart(KEY));
        assertThat(done.fresh()).isTrue();
        assertThat(done.signer()).contains(KEY.name());
        assertThat(done.hook()).isEqualTo(HookStatus.NONE);
        assertThat(done.path()).isEqualTo(this.target);
        assertThat(Files.readString(this.target.resolve("default.toml"))).isEqualTo("port = 1\n");
        assertThat(mode("hooks/run")).isEqualTo("rwxr-xr-x");
        assertThat(mode("default.toml")).isEqualTo("rw-r--r--");
        assertThat(Files.getAttribute(this.target.resolve("bin/tool"), "unix:mode")).isEqualTo(0100755);
        assertThat(Files.isSameFile(this.target.resolve("bin/tool"), this.target.resolve("bin/other"))).isTrue();
        assertThat(Files.readSymbolicLink(this.target.resolve("bin/alias"))).hasToString("tool");
        assertThat(Files.readSymbolicLink(this.target.resolve("lib")))
            .hasToString("/hab/pkgs/core/glibc/2.35/20240101000000/lib");
        assertThat(Files.getLastModifiedTime(this.target.resolve("bin/tool")).toMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(this.bench.path().find(PackageIdent.parse("test/web")).ident()).hasToString(IDENT);
        assertThat(this.bench.everything()).noneMatch((name) -> name.contains(".hab-pkg") || name.contains(".upload"));
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions
            .toString(Files.getPosixFilePermissions(this.target.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void nobodyButTheOwnerMayWriteWhatIsInstalled() throws IOException {
        this.bench.install(IDENT, TestArchive.service(IDENT).file("open", "x", 0777).file("shut", "x", 0).gzip());
        assertThat(mode("open")).isEqualTo("rwxr-xr-x");
        assertThat(mode("shut")).isEqualTo("r--------");
    }

    @Test
    void anArchiveWithoutASignatureIsTakenAndSaidToHaveNone() throws IOException {
        assertThat(this.bench.install(IDENT, TestArchive.service(IDENT).xz(6)).signer()).isEmpty();
        String other = "test/web/1.0.0/20260102000000";
        assertThat(this.bench.install(other, TestArchive.service(other).gzip()).fresh()).isTrue();
    }

    @Test
    void aPackageMayBeginAtTheTopOfAnArchiveOrInOneDirectory() throws IOException {
        for (String top : List.of("", "./", "20260101000000/", "./any name/")) {
            TestArchive archive = new TestArchive(top).file("config/a.conf", "a")
                .file("IDENT", IDENT)
                .file("TARGET", TestArchive.TARGET)
                .file("run", "x");
            assertThat(this.bench.install(IDENT, archive.gzip(), true).fresh()).as(top).isTrue();
            assertThat(this.target.resolve("config/a.conf")).as(top).exists();
        }
    }

    @Test
    void aDirectoryIsPackedAsItIs() throws IOException {
        Path source = StoreBench.put(this.directory.resolve("source"), IDENT, "hooks/run=#!/bin/sh\n",
                "INSTALL_HOOK_STATUS=0\n");
        Files.setPosixFilePermissions(source.resolve("hooks/run"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(source.resolve("alias"), Path.of("hooks"));
        Files.writeString(source.resolve("näme"), "x".repeat(100_000));
        Path packed = this.directory.resolve("packed");
        try (var out = Files.newOutputStream(packed)) {
            DirectoryArchive.of(source).writeTo(out);
        }
        assertThat(PackageArchive.of(packed).ident()).hasToString(IDENT);
        this.bench.install(IDENT, Files.readAllBytes(packed));
        assertThat(mode("hooks/run")).isEqualTo("rwxr-x---");
        assertThat(Files.readSymbolicLink(this.target.resolve("alias"))).hasToString("hooks");
        assertThat(this.target.resolve("näme")).hasSize(100_000);
        assertThat(this.target.resolve(HookStatus.FILE)).doesNotExist();
    }

    @Test
    void aDirectoryWithoutAnIdentIsNoPackage() throws IOException {
        assertThatExceptionOfType(InvalidArchiveException.class).isThrownBy(() -> DirectoryArchive.of(this.directory))
            .withMessageContaining("has no file IDENT");
    }

    @Test
    void whatIsThereIsLeftAloneUnlessForced() throws IOException {
        this.bench.install(IDENT, TestArchive.service(IDENT).gzip());
        Files.writeString(this.target.resolve("mark"), "x");
        Installation again = this.bench.install(IDENT, TestArchive.service(IDENT).gzip());
        assertThat(again.fresh()).isFalse();
        assertThat(this.target.resolve("mark")).exists();
        assertThat(this.bench.install(IDENT, TestArchive.service(IDENT).gzip(), true).fresh()).isTrue();
        assertThat(this.target.resolve("mark")).doesNotExist();
        assertThat(this.target.getParent()).isDirectoryNotContaining("glob:**/.hab-pkg-install*");
    }

    @Test
    void whatAServiceRunsIsNotReplaced() throws IOException {
        this.bench.install(IDENT, TestArchive.service(IDENT).gzip());
        this.bench.running.put(PackageIdent.parse(IDENT), List.of("web"));
        assertThatExceptionOfType(PackageConflictException.class)
            .isThrownBy(() -> this.bench.install(IDENT, TestArchive.service(IDENT).gzip(), true))
            .withMessageContaining("web runs it now", "muster svc stop web");
    }

    @Test
    void ofTwoInstallsAtOnceOneWinsAndTheOtherFindsItThere() throws Exception {
        byte[] archive = TestArchive.service(IDENT).file("hooks/install", "x").gzip();
        PackageStore store = this.bench.store();
        List<Path> uploads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            uploads.add(store.receive(new java.io.ByteArrayInputStream(archive)).file());
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Installation>> done = new ArrayList<>();
            for (Path upload : uploads) {
                done.add(threads.submit(() -> store.install(PackageIdent.parse(IDENT), upload, false)));
            }
            List<Boolean> fresh = new ArrayList<>();
            for (Future<Installation> one : done) {
                fresh.add(one.get().fresh());
            }
            assertThat(fresh).containsOnlyOnce(true);
            assertThat(this.bench.ran).hasSize(1);
        }
        finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anInstallHookRunsOnceAndItsStatusIsKept() throws IOException {
        byte[] archive = TestArchive.service(IDENT).file("hooks/install", "x").file("INSTALL_HOOK_STATUS", "0").gzip();
        assertThat(this.bench.install(IDENT, archive).hook()).isEqualTo(HookStatus.OK);
        assertThat(this.bench.install(IDENT, archive).hook()).isEqualTo(HookStatus.OK);
        assertThat(this.bench.ran).containsExactly("install " + IDENT);
        assertThat(this.target.resolve(HookStatus.FILE)).hasContent("0");
    }

    @Test
    void anInstallHookThatFailsRunsAgainTheNextTime() throws IOException {
        byte[] archive = TestArchive.service(IDENT).file("hooks/install", "x").gzip();
        this.bench.exit = 3;
        assertThatExceptionOfType(HookFailedException.class).isThrownBy(() -> this.bench.install(IDENT, archive))
            .withMessageContaining("exited with 3", "line of the hook", "is installed");
        assertThat(this.target.resolve(HookStatus.FILE)).hasContent("3");
        assertThat(this.bench.store().list(Optional.empty())).singleElement()
            .satisfies((release) -> assertThat(release.hook()).isEqualTo(HookStatus.FAILED));
        this.bench.exit = 0;
        Installation again = this.bench.install(IDENT, archive);
        assertThat(again.fresh()).isFalse();
        assertThat(again.hook()).isEqualTo(HookStatus.OK);
        assertThat(this.bench.ran).hasSize(2);
    }

    @Test
    void whatAPackageNeedsAndIsNotThereIsTold() throws IOException {
        StoreBench.put(this.bench.elsewhere, "core/there/1.0/20240101000000");
        Installation done = this.bench.install(IDENT,
                TestArchive.service(IDENT)
                    .file("TDEPS", "core/there/1.0/20240101000000\ncore/gone/1.0/20240101000000\n")
                    .gzip());
        assertThat(done.missing()).extracting(PackageIdent::name).containsExactly("gone");
    }

    @Test
    void whatAKilledNodeHasLeftIsRemovedAndWhatItReplacedIsPutBack() throws IOException {
        this.bench.install(IDENT, TestArchive.service(IDENT).gzip());
        Path version = this.target.getParent();
        Path left = Files.createDirectories(version.resolve(".hab-pkg-install-20260102000000-77/bin"));
        Files.createSymbolicLink(left.resolve("out"), this.directory);
        Files.move(this.target, version.resolve(".hab-pkg-install-replaced-20260101000000-1f"));
        Files.createDirectories(this.bench.own.resolve("test/gone/1.0/.hab-pkg-install-x"));
        Files.writeString(Files.createDirectories(this.bench.root.resolve("cache/artifacts")).resolve(".upload-1"), "");
        this.bench.store().clean();
        assertThat(this.target.resolve("IDENT")).exists();
        assertThat(version).isDirectoryNotContaining("glob:**/.hab-pkg-install*");
        assertThat(this.bench.own.resolve("test/gone")).doesNotExist();
        assertThat(this.bench.root.resolve("cache/artifacts")).isEmptyDirectory();
        assertThat(this.directory).exists();
    }

    @Test
    void anInstallClearsWhatWasLeftBesideItsPlace() throws IOException {
        Path left = Files.createDirectories(this.target.resolveSibling(".hab-pkg-install-old"));
        this.bench.install(IDENT, TestArchive.service(IDENT).gzip());
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsBeingInstalledOrRemovedIsNoLeftover() throws IOException {
        PackageDirectory packages = new PackageDirectory(this.bench.own);
        Path begun = packages.begin(PackageIdent.parse(IDENT));
        packages.begin(PackageIdent.parse("test/web/1.0.0/20260202000000"));
        packages.clean();
        assertThat(begun).exists();
        packages.discard(begun);
        assertThat(begun).doesNotExist();
    }

    @Test
    void theMostThatMayBeUnpackedIsSetByTheHost() {
        assertThat(Limits.of(null)).isEqualTo(Limits.DEFAULT);
        assertThat(Limits.of("2").bytes()).isEqualTo(2L << 30);
        for (String wrong : List.of("0", "-1", "2G", "9999999")) {
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Limits.of(wrong))
                .withMessageContaining(wrong)
                .withMessageContaining("MUSTER_PKG_LIMIT");
        }
    }

}
