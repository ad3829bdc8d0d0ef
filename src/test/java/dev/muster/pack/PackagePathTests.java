package dev.muster.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PackagePathTests {

    private static final String TARGET = "x86_64-linux";

    private static final PackageIdent REDIS = PackageIdent.parse("core/redis");

    @TempDir
    private Path directory;

    @Test
    void theNewestThatSatisfiesIsFound() throws IOException {
        packageDirectory("a", "core/redis/6.2.7/20230301000000");
        packageDirectory("a", "core/redis/6.2.11/20230301000000");
        packageDirectory("a", "core/redis/6.2.11/20230401000000");
        packageDirectory("a", "core/redis/6.2.11-rc1/20240401000000");
        assertThat(path("a").find(REDIS).ident()).hasToString("core/redis/6.2.11/20230401000000");
        assertThat(path("a").find(PackageIdent.parse("core/redis/6.2.7")).ident())
            .hasToString("core/redis/6.2.7/20230301000000");
        assertThat(path("a").find(PackageIdent.parse("core/redis/6.2.11/20230301000000")).path())
            .isEqualTo(this.directory.resolve("a/core/redis/6.2.11/20230301000000"));
    }

    @Test
    void theFirstDirectoryWithAMatchWinsWhateverIsNewerBehind() throws IOException {
        packageDirectory("a", "core/redis/1.0/20230301000000");
        packageDirectory("b", "core/redis/2.0/20230301000000");
        assertThat(path("missing", "a", "b").find(REDIS).ident().version()).isEqualTo("1.0");
        assertThat(path("a", "b").find(PackageIdent.parse("core/redis/2.0")).ident().version()).isEqualTo("2.0");
    }

    @Test
    void anotherTargetNoTargetUnfinishedAndStrayNamesDoNotCount() throws IOException {
        write(packageDirectory("a", "core/redis/3.0/20230301000000").resolve("TARGET"), "aarch64-linux\n");
        Files.delete(packageDirectory("a", "core/redis/4.0/20230301000000").resolve("TARGET"));
        packageDirectory("a", "core/redis/5.0/.hab-pkg-install-x");
        packageDirectory("a", "core/redis/6.0/latest");
        write(this.directory.resolve("a/core/redis/README"), "stray");
        assertThatExceptionOfType(PackageNotFoundException.class).isThrownBy(() -> path("a", "b").find(REDIS))
            .withMessageContaining("no package core/redis for x86_64-linux")
            .withMessageContaining("core/redis/3.0/20230301000000 is for aarch64-linux")
            .withMessageContaining("core/redis/4.0/20230301000000 has no readable file TARGET")
            .withMessageContaining(this.directory.resolve("b").toString())
            .satisfies((ex) -> assertThat(ex.wanted()).isEqualTo(REDIS));
        packageDirectory("a", "core/redis/1.0/20230301000000");
        assertThat(path("a").find(REDIS).ident().version()).isEqualTo("1.0");
    }

    @Test
    void whatIsNoServiceIsLocatedButNotFound() throws IOException {
        Path glibc = packageDirectory("a", "core/glibc/2.0/20230301000000");
        Files.delete(glibc.resolve("hooks/run"));
        assertThat(path("a").locate(PackageIdent.parse("core/glibc"))).contains(glibc);
        assertThat(path("a").locate(REDIS)).isEmpty();
        assertThatExceptionOfType(UnusablePackageException.class)
            .isThrownBy(() -> path("a").find(PackageIdent.parse("core/glibc")))
            .withMessageContaining("core/glibc/2.0/20230301000000")
            .withMessageContaining("not runnable")
            .satisfies((ex) -> assertThat(ex.file()).isEqualTo(glibc));
    }

    @Test
    void everythingIsListedDirectoryByDirectoryTheNewestFirst() throws IOException {
        packageDirectory("a", "core/redis/6.2.7/20230301000000");
        packageDirectory("a", "core/redis/6.10.0/20230301000000");
        packageDirectory("a", "core/redis/6.10.0/.hab-pkg-install-x");
        Files.delete(packageDirectory("a", "core/redis/7.0/20230301000000").resolve("TARGET"));
        write(packageDirectory("a", "core/redis/8.0/20230301000000").resolve("TARGET"), "x86_64-linux-kernel2\n");
        Files.delete(packageDirectory("a", "core/glibc/2.0/20230301000000").resolve("hooks/run"));
        packageDirectory("b", "acme/redis/1.0/20230301000000");
        packageDirectory("b", "NoOrigin/redis/1.0/20230301000000");
        packageDirectory("b", "core/redis/9.0/20230301000000");
        assertThat(path("missing", "a", "b").all()).extracting((found) -> found.ident().toString())
            .containsExactly("core/glibc/2.0/20230301000000", "core/redis/6.10.0/20230301000000",
                    "core/redis/6.2.7/20230301000000", "acme/redis/1.0/20230301000000",
                    "core/redis/9.0/20230301000000");
        assertThat(path("a", "b").all(REDIS)).extracting((found) -> found.ident().version())
            .containsExactly("6.10.0", "6.2.7", "9.0");
    }

    @Test
    void whatIsNoServiceCanBeDescribed() throws IOException {
        Path glibc = packageDirectory("a", "core/glibc/2.0/20230301000000");
        PackageIdent ident = PackageIdent.parse("core/glibc/2.0/20230301000000");
        assertThat(InstalledPackage.describe(ident, glibc).isService()).isTrue();
        Files.delete(glibc.resolve("hooks/run"));
        assertThat(InstalledPackage.describe(ident, glibc).isService()).isFalse();
        write(glibc.resolve("run"), "x");
        assertThat(InstalledPackage.describe(ident, glibc).isService()).isTrue();
    }

    @Test
    void theStatusOfAnInstallHookIsKeptBesideThePackage() throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        assertThat(HookStatus.of(redis)).isEqualTo(HookStatus.NONE);
        write(redis.resolve("hooks/install"), "x");
        assertThat(HookStatus.of(redis)).isEqualTo(HookStatus.PENDING);
        HookStatus.write(redis, 7);
        assertThat(redis.resolve("INSTALL_HOOK_STATUS")).hasContent("7");
        assertThat(HookStatus.of(redis)).isEqualTo(HookStatus.FAILED);
        assertThat(HookStatus.of(redis).due()).isTrue();
        HookStatus.write(redis, 0);
        assertThat(HookStatus.of(redis).due()).isFalse();
    }

    @Test
    void theSmallestPackageHasDefaultsForEverything() throws IOException {
        packageDirectory("a", "core/redis/1.0/20230301000000");
        InstalledPackage found = path("a").find(REDIS);
        assertThat(found.defaults()).isEmpty();
        assertThat(found.configTemplates()).isEmpty();
        assertThat(found.hooks()).containsOnlyKeys("run");
        assertThat(found.plainRun()).isEmpty();
        assertThat(found.serviceUser()).isEmpty();
        assertThat(found.shutdownSignal()).isEqualTo("TERM");
        assertThat(found.shutdownTimeout()).isEmpty();
        assertThat(found.exports()).isEmpty();
        assertThat(found.exposes()).isEmpty();
        assertThat(found.dependencies()).isEmpty();
        assertThat(found.runtimeEnvironment()).isEmpty();
        assertThat(found.runtimePath()).isEmpty();
    }

    @Test
    void everyFileOfAPackageIsRead() throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        write(redis.resolve("default.toml"), "port = 6379\n");
        write(redis.resolve("config/redis.conf"), "port {{cfg.port}}\n");
        write(redis.resolve("config/tls/ca.pem"), "x");
        write(redis.resolve("hooks/health-check"), "exit 0");
        write(redis.resolve("run"), "not this one");
        write(redis.resolve("SVC_USER"), "redis\n");
        write(redis.resolve("SVC_GROUP"), "redis\n");
        write(redis.resolve("SHUTDOWN_SIGNAL"), "QUIT\n");
        write(redis.resolve("SHUTDOWN_TIMEOUT"), "20\n");
        write(redis.resolve("EXPORTS"), "port=port\n\nip = net.ip\n");
        write(redis.resolve("EXPOSES"), "port 16379\n");
        write(redis.resolve("TDEPS"), "core/glibc/2.29/20200305172459\ncore/gcc-libs/9.1.0/20200305225533\n");
        write(redis.resolve("RUNTIME_ENVIRONMENT"), "LANG=C=1\nPATH=/no\nA=1\n");
        write(redis.resolve("RUNTIME_ENVIRONMENT_PATHS"), "A=/x\n");
        write(redis.resolve("PATH"), "/hab/pkgs/core/redis/1.0/20230301000000/bin:sbin:/usr/bin:../x/bin\n");
        InstalledPackage found = path("a").find(REDIS);
        assertThat(found.defaults()).isEqualTo(Map.of("port", 6379L));
        assertThat(found.configTemplates()).containsExactly(Map.entry("redis.conf", "port {{cfg.port}}\n"),
                Map.entry("tls/ca.pem", "x"));
        assertThat(found.hooks()).containsOnlyKeys("health-check", "run").containsEntry("run", "#!/bin/sh\n");
        assertThat(found.plainRun()).isEmpty();
        assertThat(found.serviceUser()).isEqualTo(Optional.of("redis"));
        assertThat(found.serviceGroup()).isEqualTo(Optional.of("redis"));
        assertThat(found.shutdownSignal()).isEqualTo("QUIT");
        assertThat(found.shutdownTimeout()).contains(Duration.ofSeconds(20));
        assertThat(found.exports()).containsExactly(Map.entry("port", "port"), Map.entry("ip", "net.ip"));
        assertThat(found.exposes()).containsExactly("port", "16379");
        assertThat(found.dependencies()).extracting(PackageIdent::name).containsExactly("glibc", "gcc-libs");
        assertThat(found.runtimeEnvironment()).isEqualTo(Map.of("LANG", "C=1", "A", "/x"));
        assertThat(found.runtimePath()).isEqualTo(redis.resolve("bin") + ":" + redis.resolve("sbin"));
        write(redis.resolve("RUNTIME_PATH"),
                "/hab/pkgs/core/redis/1.0/20230301000000/bin:/hab/pkgs/core/glibc/2.29/20200305172459/bin");
        assertThat(path("a").find(REDIS).runtimePath())
            .isEqualTo(redis.resolve("bin") + ":/hab/pkgs/core/glibc/2.29/20200305172459/bin");
    }

    @Test
    void aPlainRunFileIsTheRunHookOfAPackageWithoutOne() throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        Files.delete(redis.resolve("hooks/run"));
        Files.write(redis.resolve("run"), new byte[] { 0x7f, 'E', 'L', 'F', (byte) 0xff });
        InstalledPackage found = path("a").find(REDIS);
        assertThat(found.hooks()).isEmpty();
        assertThat(found.plainRun()).contains(redis.resolve("run"));
    }

    @Test
    void aUserWithoutAGroupDoesNotCount() throws IOException {
        write(packageDirectory("a", "core/redis/1.0/20230301000000").resolve("SVC_USER"), "redis\n");
        assertThat(path("a").find(REDIS).serviceUser()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            value = { "default.toml | port = abc | line 1, column 8: this is no number",
                    "EXPORTS | port | the line 'port'", "EXPORTS | =port | the line '=port'",
                    "RUNTIME_ENVIRONMENT | A | not of the form name=value",
                    "SHUTDOWN_SIGNAL | SIGTERM | 'SIGTERM' is no signal",
                    "SHUTDOWN_TIMEOUT | soon | 'soon' is no number", "SHUTDOWN_TIMEOUT | -1 | from 0 to 86400",
                    "SHUTDOWN_TIMEOUT | 9999999 | from 0 to 86400", "TDEPS | glibc | 'glibc' is no package ident" })
    void aDamagedFileIsNamed(String file, String content, String problem) throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        write(redis.resolve(file), content);
        assertThatExceptionOfType(UnusablePackageException.class).isThrownBy(() -> path("a").find(REDIS))
            .withMessageContaining(redis.resolve(file).toString())
            .withMessageContaining(problem)
            .satisfies((ex) -> assertThat(ex.file()).isEqualTo(redis.resolve(file)));
    }

    @Test
    void aTemplateThatIsNoTextIsNamed() throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        Files.createDirectories(redis.resolve("config"));
        Files.write(redis.resolve("config/image.png"), new byte[] { (byte) 0x89, 'P', 'N', 'G', (byte) 0xff });
        assertThatExceptionOfType(UnusablePackageException.class).isThrownBy(() -> path("a").find(REDIS))
            .withMessageContaining("config/image.png: it is no UTF-8 text");
    }

    @Test
    void aDescriptionStaysAsItWasRead() throws IOException {
        Path redis = packageDirectory("a", "core/redis/1.0/20230301000000");
        InstalledPackage found = path("a").find(REDIS);
        write(redis.resolve("default.toml"), "port = 1");
        assertThat(found.defaults()).isEmpty();
        assertThat(path("a").find(REDIS).defaults()).containsKey("port");
    }

    @ParameterizedTest
    @CsvSource({ "Linux,amd64,x86_64-linux", "Linux,aarch64,aarch64-linux", "Mac OS X,aarch64,aarch64-darwin",
            "Linux,riscv64,riscv64-linux" })
    void theTargetFollowsFromTheMachine(String system, String machine, String target) {
        assertThat(PackagePath.target(system, machine)).isEqualTo(target);
    }

    private PackagePath path(String... names) {
        return new PackagePath(List.of(names).stream().map(this.directory::resolve).toList(), TARGET);
    }

    private Path packageDirectory(String below, String ident) throws IOException {
        Path directory = this.directory.resolve(below).resolve(ident);
        write(directory.resolve("TARGET"), TARGET + "\n");
        write(directory.resolve("hooks/run"), "#!/bin/sh\n");
        return directory;
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

}
