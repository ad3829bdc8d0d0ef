package dev.muster.update;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import dev.muster.pack.PackageIdent;
import dev.muster.service.Exports;
import dev.muster.service.HandLoop;
import dev.muster.service.Health;
import dev.muster.service.HealthReport;
import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.SpecCodec;
import dev.muster.service.UpdateCondition;
import dev.muster.store.OwnReleaseFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that takes new releases by itself: what it tries, keeps, and goes back from.
 */
class OwnReleasesTest {

    private static final PackageIdent OLD = release(1);

    private static final PackageIdent NEW = release(2);

    private static final PackageSource SOURCE = new PackageSource() {

        @Override
        public byte[] channel(String name) {
            return new byte[0];
        }

        @Override
        public InputStream archive(PackageIdent release, String target) {
            return InputStream.nullInputStream();
        }

        @Override
        public boolean isTrusted() {
            return true;
        }

    };

    @TempDir
    Path directory;

    private final HandLoop loop = new HandLoop();

    private final List<String> moved = new ArrayList<>();

    private final List<PackageIdent> installed = new ArrayList<>();

    private @Nullable String failure;

    private OwnReleases own;

    private static PackageIdent release(int number) {
        return PackageIdent.parse("test/web/" + number + "/20260101000000");
    }

    @BeforeEach
    void begin() throws IOException {
        this.own = fresh();
    }

    /** Another life of the node. */
    private OwnReleases fresh() throws IOException {
        ReleaseInstaller installer = new ReleaseInstaller() {

            @Override
            public boolean hasAny(PackageIdent wanted) {
                throw new AssertionError("nobody asks for it here");
            }

            @Override
            public boolean isInstalled(PackageIdent release) {
                return OwnReleasesTest.this.installed.contains(release);
            }

            @Override
            public void install(PackageSource source, Channel channel, PackageIdent release) throws IOException {
                if (OwnReleasesTest.this.failure != null) {
                    throw new IOException(OwnReleasesTest.this.failure);
                }
                OwnReleasesTest.this.installed.add(release);
            }

            @Override
            public void requireOffered(PackageSource source, PackageIdent release) {
                throw new AssertionError("nobody asks for it here");
            }

            @Override
            public void clean(PackageIdent named, int keep, Set<PackageIdent> needed) {
                throw new AssertionError("nobody asks for it here");
            }

        };
        return new OwnReleases(OwnReleaseFiles.open(this.directory.resolve("releases")), installer, this.loop,
                Runnable::run, this.moved::add, (name) -> {
                });
    }

    private static ServiceStatus status(PackageIdent runs, @Nullable PackageIdent ordered, ProcessState state,
            Rung rung, String reason) {
        ServiceSpec spec = SpecCodec.read(Map.of("ident", "test/web", "update_strategy", "at-once"));
        return new ServiceStatus("web", "web.default", runs, spec, true, state, OptionalLong.of(1), Instant.EPOCH,
                new HealthReport(Health.UNKNOWN, Instant.EPOCH, Optional.empty(), "", "", ""), 0, false, Map.of(),
                Optional.empty(), Exports.NONE, Optional.empty(), Optional.empty(), rung, true, reason,
                Optional.empty(), false, false, Optional.empty(), Optional.ofNullable(ordered), 0, List.of(),
                Optional.empty());
    }

    /** Its source has this one for it. */
    private void install(PackageIdent release) {
        this.installed.clear();
        try {
            Channel channel = Channel.parse(release.toString().getBytes(StandardCharsets.UTF_8));
            this.own.offered(status(running(), running(), ProcessState.UP, Rung.HEALTHY, ""), release, () -> SOURCE,
                    channel);
        }
        catch (IOException ex) {
            throw new AssertionError(ex);
        }
        this.loop.settle();
    }

    private PackageIdent running() {
        return this.own.release("web").orElse(OLD);
    }

    private void heard(PackageIdent runs, ProcessState state, Rung rung, String reason) {
        this.own.heard(status(runs, this.own.release("web").orElse(null), state, rung, reason));
        this.loop.settle();
    }

    @Test
    void aReleaseIsKeptOnceTheServiceIsWellWithIt() throws IOException {
        install(NEW);
        assertThat(this.own.release("web")).contains(NEW);
        assertThat(this.moved).containsExactly("web");
        assertThat(this.own.next("web")).contains(NEW);
        assertThat(this.own.needed("web")).containsExactlyInAnyOrder(OLD, NEW);
        // As it was before it was told.
        this.own.heard(status(OLD, OLD, ProcessState.UP, Rung.FAILED, "was bad before"));
        heard(OLD, ProcessState.STOPPING, Rung.FAILED, "");
        heard(NEW, ProcessState.STARTING, Rung.FAILED, "");
        heard(NEW, ProcessState.UP, Rung.RESTARTED, "");
        assertThat(this.own.next("web")).as("not yet").contains(NEW);
        heard(NEW, ProcessState.UP, Rung.HEALTHY, "");
        assertThat(this.own.next("web")).isEmpty();
        heard(NEW, ProcessState.UP, Rung.FAILED, "later, for other reasons");
        this.loop.advance(Duration.ofHours(1));
        assertThat(this.own.release("web")).contains(NEW);
        assertThat(fresh().release("web")).contains(NEW);
        assertThat(this.moved).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "UP, true", "BACKOFF, true", "UP, false" })
    void oneThatFailsIsTakenBackForGood(ProcessState state, boolean started) throws IOException {
        install(NEW);
        heard(started ? NEW : OLD, state, Rung.FAILED, "exited with 3");
        assertThat(this.own.release("web")).contains(OLD);
        assertThat(this.own.next("web")).isEmpty();
        assertThat(this.own.refused("web")).containsExactly(Map.entry(NEW, "exited with 3"));
        assertThat(this.moved).containsExactly("web", "web");
        install(NEW);
        assertThat(this.installed).isEmpty();
        assertThat(this.own.note("web")).startsWith(NEW + " was not kept: exited with 3");
        this.own = fresh();
        install(NEW);
        assertThat(this.installed).as("by the next life of the node").isEmpty();
        install(release(3));
        assertThat(this.own.release("web")).contains(release(3));
        heard(release(3), ProcessState.UP, Rung.HEALTHY, "");
        assertThat(this.own.refused("web")).containsOnlyKeys(NEW);
    }

    @Test
    void oneThatIsNotWellInTimeIsTakenBack() {
        install(NEW);
        heard(NEW, ProcessState.UP, Rung.RESTARTED, "");
        this.loop.advance(OwnReleases.DEADLINE.minusSeconds(1));
        assertThat(this.own.release("web")).contains(NEW);
        this.loop.advance(Duration.ofSeconds(1));
        assertThat(this.own.release("web")).contains(OLD);
        assertThat(this.own.refused("web").get(NEW)).isEqualTo("it was not healthy within 5m");
    }

    @Test
    void whatANodeHasBegunTheNextOneEnds() throws IOException {
        install(NEW);
        this.own = fresh();
        heard(NEW, ProcessState.UP, Rung.RESTARTED, "");
        this.loop.advance(OwnReleases.DEADLINE);
        assertThat(this.own.release("web")).contains(OLD);
        assertThat(this.own.refused("web")).containsOnlyKeys(NEW);
    }

    @Test
    void whatWasNotKeptIsTriedAgainWhenSomebodySaysSo() {
        install(NEW);
        heard(NEW, ProcessState.UP, Rung.FAILED, "exited with 3");
        this.own.forgive("web");
        assertThat(this.own.refused("web")).isEmpty();
        install(NEW);
        assertThat(this.own.release("web")).contains(NEW);
    }

    @Test
    void whatCannotBeInstalledChangesNothingAndIsTriedAtTheNextOffer() {
        this.failure = "http://source/ answers 503";
        install(NEW);
        assertThat(this.own.release("web")).isEmpty();
        assertThat(this.own.note("web")).isEqualTo(NEW + " cannot be installed: http://source/ answers 503");
        assertThat(this.moved).isEmpty();
        this.failure = null;
        install(NEW);
        assertThat(this.own.release("web")).contains(NEW);
    }

    @Test
    void aServiceThatIsUnloadedBeginsAnew() throws IOException {
        install(NEW);
        heard(NEW, ProcessState.UP, Rung.FAILED, "exited with 3");
        this.own.forget("web");
        assertThat(fresh().release("web")).isEmpty();
        assertThat(this.directory.resolve("releases")).isEmptyDirectory();
    }

    @Test
    void aFileThatCannotBeReadIsLeftAndKeepsNothingFromStarting() throws IOException {
        Path file = this.directory.resolve("releases/web.json");
        for (String text : new String[] { "", "{", "[]", "{\"release\":\"nonsense\"}",
                "{\"refused\":{\"x\":\"y\"}}" }) {
            Files.writeString(file, text);
            assertThat(fresh().release("web")).as(text).isEmpty();
            assertThat(file).hasContent(text);
        }
    }

    @ParameterizedTest
    @CsvSource({ "2, 1, LATEST, true", "2, 1, TRACK_CHANNEL, true", "1, 2, LATEST, false", "1, 2, TRACK_CHANNEL, true",
            "1, 1, LATEST, false", "1, 1, TRACK_CHANNEL, false" })
    void theLatestOnlyGoesUpAndWhoTracksAChannelGoesWithIt(int offered, int running, UpdateCondition condition,
            boolean taken) {
        assertThat(OwnRelease.NONE.objection(release(running), release(offered), condition).isEmpty()).isEqualTo(taken);
    }

    @Test
    void anotherOriginsPackageIsAnotherPackage() {
        PackageIdent other = PackageIdent.parse("core/web/9/20260101000000");
        assertThat(OwnRelease.NONE.objection(OLD, other, UpdateCondition.LATEST))
            .hasValueSatisfying((why) -> assertThat(why).contains("another package"));
    }

}
