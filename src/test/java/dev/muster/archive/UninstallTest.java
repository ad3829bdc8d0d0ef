package dev.muster.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UninstallTest {

    private static final String OLD = "test/web/1.0.0/20260101000000";

    private static final String NEW = "test/web/1.10.0/20260101000000";

    @TempDir
    Path directory;

    private StoreBench bench;

    @BeforeEach
    void make() {
        this.bench = new StoreBench(this.directory);
    }

    private List<PackageIdent> uninstall(String ident, boolean all) throws IOException {
        return this.bench.store().uninstall(PackageIdent.parse(ident), all);
    }

    @Test
    void theOnlyReleaseMayBeNamedInPart() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        assertThat(uninstall("test/web", false)).containsExactly(PackageIdent.parse(OLD));
        assertThat(this.bench.own).isEmptyDirectory();
    }

    @Test
    void severalReleasesAreNotRemovedByAName() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        StoreBench.put(this.bench.own, NEW);
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall("test/web", false))
            .withMessageContaining(OLD)
            .withMessageContaining(NEW)
            .withMessageContaining("--all")
            .satisfies((ex) -> assertThat(ex.releases()).extracting(PackageIdent::toString).containsExactly(NEW, OLD));
        assertThat(uninstall("test/web/1.0.0", false)).containsExactly(PackageIdent.parse(OLD));
        assertThat(this.bench.own.resolve(NEW)).exists();
        StoreBench.put(this.bench.own, OLD);
        assertThat(uninstall("test/web", true)).hasSize(2);
        assertThat(this.bench.own).isEmptyDirectory();
    }

    @Test
    void whatIsNotInstalledIsNotFound() {
        assertThatExceptionOfType(NotInstalledException.class).isThrownBy(() -> uninstall("test/web", false))
            .withMessageContaining(this.bench.own.toString());
    }

    @Test
    void whatAServiceRunsStays() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        StoreBench.put(this.bench.own, NEW);
        this.bench.running.put(PackageIdent.parse(OLD), List.of("web"));
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall("test/web", true))
            .withMessageContaining(OLD + " cannot be removed: web runs it now");
        assertThat(this.bench.own.resolve(NEW)).exists();
        assertThat(uninstall(NEW, false)).hasSize(1);
    }

    @Test
    void whatAGroupIsToRunStaysUnlessItIsToBeHadElsewhere() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        StoreBench.put(this.bench.own, NEW);
        this.bench.claimed.put(PackageIdent.parse(NEW),
                List.of(new ReleaseUse.Claim("web.prod", "web", "is to run it with revision 6-0d9b7f52")));
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall("test/web", true))
            .withMessage("The package " + NEW
                    + " cannot be removed: web.prod is to run it with revision 6-0d9b7f52. Try"
                    + " again when the group runs another release and its rollout is over (muster rollout status"
                    + " web.prod), or unload its service here first (muster svc unload web)");
        assertThat(uninstall(OLD, false)).hasSize(1);
        StoreBench.put(this.bench.elsewhere, NEW);
        assertThat(uninstall(NEW, false)).hasSize(1);
    }

    @Test
    void whatAnotherPackageNeedsStays() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        StoreBench.put(this.bench.elsewhere, "core/app/1.0/20240101000000", "TDEPS=core/x/1/20240101000000\n" + OLD);
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall(OLD, false))
            .withMessageContaining("core/app/1.0/20240101000000 needs it");
        StoreBench.put(this.bench.elsewhere, OLD);
        assertThat(uninstall(OLD, false)).hasSize(1);
    }

    @Test
    void packagesThatNeedOneAnotherGoTogether() throws IOException {
        StoreBench.put(this.bench.own, OLD);
        StoreBench.put(this.bench.own, NEW, "TDEPS=" + OLD);
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall(OLD, false));
        assertThat(uninstall("test/web", true)).hasSize(2);
    }

    @Test
    void otherDirectoriesAreNeverChanged() throws IOException {
        Path there = StoreBench.put(this.bench.elsewhere, OLD);
        assertThatExceptionOfType(PackageConflictException.class).isThrownBy(() -> uninstall("test/web", false))
            .withMessageContaining("lies in " + there);
        assertThat(there).exists();
        StoreBench.put(this.bench.own, NEW);
        assertThat(uninstall("test/web", false)).containsExactly(PackageIdent.parse(NEW));
    }

    @Test
    void theUninstallHookRunsForTheLastReleaseOnly() throws IOException {
        StoreBench.put(this.bench.own, OLD, "hooks/uninstall=x");
        StoreBench.put(this.bench.own, NEW, "hooks/uninstall=x");
        uninstall(NEW, false);
        assertThat(this.bench.ran).isEmpty();
        this.bench.exit = 4;
        assertThatExceptionOfType(HookFailedException.class).isThrownBy(() -> uninstall(OLD, false))
            .withMessageContaining("was not removed")
            .withMessageContaining("exited with 4");
        assertThat(this.bench.own.resolve(OLD)).exists();
        this.bench.exit = 0;
        uninstall(OLD, false);
        assertThat(this.bench.ran).containsExactly("uninstall " + OLD, "uninstall " + OLD);
        assertThat(this.bench.own).isEmptyDirectory();
    }

    @Test
    void aListShowsWhatIsUsedInTheOrderOfLookUp() throws IOException {
        StoreBench.put(this.bench.own, OLD, "hooks/run=x", "hooks/install=x");
        StoreBench.put(this.bench.own, NEW, "run=x");
        StoreBench.put(this.bench.elsewhere, OLD);
        StoreBench.put(this.bench.elsewhere, "core/lib/1.0/20240101000000");
        List<InstalledRelease> all = this.bench.store().list(Optional.empty());
        assertThat(all).extracting((release) -> release.ident().toString())
            .containsExactly(NEW, OLD, "core/lib/1.0/20240101000000");
        assertThat(all).extracting(InstalledRelease::service).containsExactly(true, true, false);
        assertThat(all).extracting(InstalledRelease::hook)
            .containsExactly(HookStatus.NONE, HookStatus.PENDING, HookStatus.NONE);
        assertThat(all).extracting(InstalledRelease::removable).containsExactly(true, true, false);
        assertThat(this.bench.store().list(Optional.of(PackageIdent.parse("test/web/1.0.0")))).hasSize(1);
    }

    @Test
    void removingFollowsNoLink() throws IOException {
        Path kept = Files.createDirectories(this.directory.resolve("kept"));
        Files.writeString(kept.resolve("file"), "x");
        Files.createSymbolicLink(StoreBench.put(this.bench.own, OLD).resolve("out"), kept);
        uninstall(OLD, false);
        assertThat(kept.resolve("file")).exists();
    }

}
