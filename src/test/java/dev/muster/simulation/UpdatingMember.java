package dev.muster.simulation;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.muster.content.Supply;
import dev.muster.group.Allowed;
import dev.muster.group.GroupName;
import dev.muster.group.HeldReleases;
import dev.muster.group.ReleaseOffer;
import dev.muster.group.ReleaseProposals;
import dev.muster.group.ReleaseStore;
import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member that asks a source for new releases and installs them. What it has installed
 * outlives it. A service does not bear a release that the source knows to be bad.
 */
final class UpdatingMember extends SimulatedMember {

    private static final Duration POLL = Duration.ofSeconds(5);

    private static final int LONGEST_INSTALL = 2_000;

    private final Simulation simulation;

    private final GroupName group;

    private final Source shared;

    private final Set<PackageIdent> installed = new HashSet<>();

    private ReleaseProposals proposals;

    private HeldReleases held;

    /** Whether its source answers it. */
    private boolean reached = true;

    /** What its own source has, where that is another one than the others'. */
    private @Nullable PackageIdent own;

    private boolean follows;

    private long forgiven;

    UpdatingMember(Simulation simulation, String name, GroupName group, Source source) {
        super(simulation, name, List.of(group.toString()));
        this.simulation = simulation;
        this.group = group;
        this.shared = source;
    }

    @Override
    void booting() {
        this.proposals = new ReleaseProposals(id(), replica(), registry(), loop());
        this.held = new HeldReleases(id(), registry(), new Store(), loop());
        this.proposals.attach();
        this.held.attach();
        loop().execute(this.held::begin);
        pollAfter(Duration.ofMillis(this.simulation.random.nextInt((int) POLL.toMillis())));
    }

    private void pollAfter(Duration delay) {
        loop().after(delay, () -> {
            if (this.reached) {
                PackageIdent offered = (this.own != null) ? this.own : this.shared.newest;
                this.proposals.offered(this.group, Optional.ofNullable(offered)
                    .map((release) -> new ReleaseOffer(release, this.follows, this.forgiven)));
            }
            pollAfter(POLL);
        });
    }

    @Override
    boolean maySupply(SimulatedService service, Allowed allowed) {
        boolean here = allowed.release()
            .filter((release) -> this.held.of(this.group, release) != Supply.HERE)
            .isEmpty();
        if (service.taken().isPresent() && !service.taken().get().equals(allowed.id())) {
            assertThat(here).as("%s takes %s with its release", name(), allowed).isTrue();
        }
        return here || service.taken().isPresent();
    }

    @Override
    String said(Allowed allowed, byte[] layer) {
        return super.said(allowed, layer)
                + (allowed.release().filter(this.shared.bad::contains).isPresent() ? " bad" : "");
    }

    @Override
    String newestInstalled(String before) {
        return Stream.concat(this.installed.stream(), Stream.of(PackageIdent.parse(before)))
            .max(PackageIdent.OLDEST_FIRST)
            .orElseThrow()
            .toString();
    }

    /** Whether its source answers from now on. */
    void reaches(boolean source) {
        this.reached = source;
    }

    /** Its own source has this, whatever that of the others has. */
    void isOffered(PackageIdent release) {
        this.own = release;
    }

    /** It goes back with its channel. */
    void follows() {
        this.follows = true;
    }

    /** A person says that what was taken back may be tried again. */
    void forgives(long revision) {
        this.forgiven = revision;
    }

    ReleaseProposals proposals() {
        return this.proposals;
    }

    Set<PackageIdent> installed() {
        return this.installed;
    }

    private final class Store implements ReleaseStore {

        @Override
        public boolean takes(GroupName name, PackageIdent release) {
            return true;
        }

        @Override
        public CompletableFuture<Void> bring(GroupName name, PackageIdent release) {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            UpdatingMember self = UpdatingMember.this;
            Duration delay = Duration
                .ofMillis(self.installed.contains(release) ? 1 : 1 + self.simulation.random.nextInt(LONGEST_INSTALL));
            loop().after(delay, () -> {
                if (self.installed.contains(release) || release.toString().startsWith("core/redis/1/")) {
                    answer.complete(null);
                }
                else if (self.reached) {
                    self.installed.add(release);
                    answer.complete(null);
                }
                else {
                    answer.completeExceptionally(new IOException("http://source/ does not answer"));
                }
            });
            return answer;
        }

    }

    /** What all of them ask. */
    static final class Source {

        private @Nullable PackageIdent newest;

        private final Set<PackageIdent> bad = new HashSet<>();

        /** From now on this is the newest release in the channel. */
        void has(PackageIdent release) {
            this.newest = release;
        }

        void hasBad(PackageIdent release) {
            this.bad.add(release);
            this.newest = release;
        }

    }

}
