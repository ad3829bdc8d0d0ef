package dev.muster.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A service whose group has a leader: what it waits for, is told, and is stopped by. */
class ServiceLeaderTest {

    private static final MemberId ME = new MemberId("b".repeat(32));

    private static final MemberId OTHER = new MemberId("a".repeat(32));

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void aPackageThatShowsItsRole() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs())
            .with("config/role.conf", "{{svc.me.leader}} {{svc.me.follower}} {{svc.leader.member_id}}"
                    + " {{svc.election_term}} {{svc.election_is_finished}}\n");
    }

    private void load(Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>(Map.of("ident", "test/web", "group", "prod", "topology", "leader"));
        tree.putAll(more);
        this.bench.services.load(SpecCodec.read(tree), false);
        this.bench.services.open(true);
        this.bench.loop.settle();
    }

    private void leads(MemberId leader, long term) {
        boolean me = leader.equals(ME);
        this.bench.leaseLeft = me ? Duration.ofSeconds(3) : Duration.ZERO;
        stands(new ElectionStanding(Phase.FINISHED, Optional.empty(), term, Optional.of(leader), me,
                this.bench.leaseLeft, Optional.empty(), true, true, ""));
    }

    private void nobodyLeads(Phase phase, Optional<MemberId> last) {
        this.bench.leaseLeft = Duration.ZERO;
        stands(new ElectionStanding(phase, Optional.empty(), 0, last, false, Duration.ZERO, Optional.empty(), false,
                true, "for a majority of its voters: 1 of 3 are there, 2 are needed"));
    }

    private void stands(ElectionStanding standing) {
        this.bench.election = standing;
        this.bench.services.leaderChanged("web.prod");
        this.bench.loop.settle();
    }

    private String role() {
        return this.bench.text("config/role.conf").strip();
    }

    private Launch launch() {
        return this.bench.processes.all.get(this.bench.processes.all.size() - 1).launch;
    }

    @Test
    void theFirstStartWaitsForALeaderAndSaysSo() {
        load(Map.of());
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).startsWith("for a leader: ");
        nobodyLeads(Phase.NO_QUORUM, Optional.empty());
        assertThat(this.bench.status().reason())
            .isEqualTo("for a leader: for a majority of its voters: 1 of 3 are there, 2 are needed");
        leads(OTHER, 4);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(role()).isEqualTo("false true  4 true");
    }

    @Test
    void whoLeadsIsToldInTemplatesAndInTheEnvironment() {
        load(Map.of());
        leads(ME, 7);
        assertThat(role()).isEqualTo("true false " + ME + " 7 true");
        assertThat(launch().environment()).containsEntry("HAB_ELECTION_TERM", "7")
            .containsEntry("HAB_ELECTION_ROLE", "leader");
    }

    @Test
    void aServiceIsStartedAgainWhileAnElectionIsOpen() {
        load(Map.of());
        leads(ME, 7);
        nobodyLeads(Phase.RUNNING, Optional.empty());
        assertThat(role()).isEqualTo("false true  0 false");
        this.bench.processes.all.get(this.bench.processes.all.size() - 1).exit(1);
        this.bench.loop.settle();
        this.bench.loop.advance(Duration.ofMinutes(2));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void aLeadersProcessIsFencedUntilItFollows() {
        load(Map.of());
        leads(OTHER, 1);
        assertThat(launch().fence()).isPresent();
        assertThat(this.bench.processes.leases).containsExactly(Duration.ZERO);
        leads(ME, 2);
        assertThat(this.bench.processes.leases).contains(Duration.ofSeconds(3));
        this.bench.services.leaseRenewed("web.prod");
        assertThat(this.bench.processes.leases).endsWith(Duration.ofSeconds(3), Duration.ofSeconds(3));
        int before = this.bench.released;
        nobodyLeads(Phase.RUNNING, Optional.empty());
        assertThat(this.bench.processes.leases).endsWith(Duration.ZERO);
        assertThat(this.bench.released).isEqualTo(before + 1);
        this.bench.services.leaseRenewed("web.prod");
        assertThat(this.bench.processes.leases).endsWith(Duration.ZERO);
    }

    @Test
    void oneThatChecksTheTermItselfIsNotFenced() {
        load(Map.of("on_lost_lease", "keep"));
        leads(ME, 2);
        assertThat(launch().fence()).isEmpty();
        assertThat(this.bench.processes.leases).isEmpty();
    }

}
