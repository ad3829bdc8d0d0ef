package dev.muster.group;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.muster.group.RevisionStatus.Progress;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Version;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RevisionFeedTest {

    private static final Revision REVISION = new Revision(GroupName.parse("redis.prod"),
            new Version(7, 1, "alice", Hash.of("x".getBytes(StandardCharsets.UTF_8))), Optional.empty(), "x",
            Optional.empty(), 1, Optional.empty(), Optional.empty());

    private final RevisionFeed feed = new RevisionFeed("f.1", status(at("a", Rung.WAITING), at("b", Rung.AWAY)),
            Optional.empty());

    private static Progress at(String name, Rung rung) {
        return new Progress(new MemberId(name.repeat(32)), name, rung, null, 0, null, rung != Rung.WAITING, null);
    }

    private static RevisionStatus status(Progress... members) {
        return new RevisionStatus(REVISION, true, false, Optional.empty(), false, false, List.of(members));
    }

    private void now(Progress... members) {
        this.feed.update(status(members), Optional.empty());
    }

    @Test
    void whoJoinsHearsWhereEverybodyIsThenEveryStepThenTheResult() {
        Heard heard = new Heard();
        this.feed.join(null, heard, Until.TOP::reached);
        assertThat(heard.told).containsExactly("a waiting null", "b away f.1-0");
        now(at("a", Rung.RECEIVED), at("b", Rung.AWAY));
        now(at("a", Rung.RECEIVED), at("b", Rung.AWAY));
        now(at("a", Rung.HEALTHY), at("b", Rung.AWAY));
        now(at("a", Rung.FAILED), at("b", Rung.AWAY));
        assertThat(heard.told.subList(2, heard.told.size())).containsExactly("a received f.1-1", "a healthy f.1-2",
                "incomplete f.1-2");
    }

    @Test
    void whoWaitsForLessHasTheResultSooner() {
        Heard heard = new Heard();
        this.feed.join(null, heard, Until.RECEIVED::reached);
        now(at("a", Rung.RECEIVED), at("b", Rung.AWAY));
        assertThat(heard.told).endsWith("a received f.1-1", "spreading f.1-1");
        Heard later = new Heard();
        this.feed.join(null, later, Until.ACTED::reached);
        now(at("a", Rung.RENDERED), at("b", Rung.AWAY));
        assertThat(later.told).doesNotContain("spreading f.1-2");
        now(at("a", Rung.RESTARTED), at("b", Rung.AWAY));
        assertThat(later.told).endsWith("a restarted f.1-3", "spreading f.1-3");
    }

    @Test
    void whatIsThereAlreadyIsTheResultAtOnce() {
        now(at("a", Rung.HEALTHY));
        Heard heard = new Heard();
        this.feed.join(null, heard, Until.TOP::reached);
        assertThat(heard.told).containsExactly("a healthy f.1-2", "converged f.1-2");
        assertThat(this.feed.isRead()).isFalse();
    }

    @Test
    void oneThatNoLongerHoldsIsNotWaitedFor() {
        Heard heard = new Heard();
        this.feed.join(null, heard, Until.TOP::reached);
        this.feed.update(new RevisionStatus(REVISION, false, true, Optional.empty(), false, false,
                List.of(at("a", Rung.WAITING))), Optional.empty());
        assertThat(heard.told).endsWith("b left away f.1-1", "lost f.1-1");
    }

    @Test
    void aMemberThatLeavesIsNotWaitedFor() {
        Heard heard = new Heard();
        this.feed.join(null, heard, Until.TOP::reached);
        now(at("b", Rung.HEALTHY));
        assertThat(heard.told).endsWith("b healthy f.1-1", "a left waiting f.1-2", "converged f.1-2");
    }

    @Test
    void whoWasCutOffGoesOnBehindTheLastStepItHeard() {
        now(at("a", Rung.RECEIVED), at("b", Rung.AWAY));
        now(at("a", Rung.RENDERED), at("b", Rung.AWAY));
        now(at("a", Rung.RESTARTED), at("b", Rung.AWAY));
        Heard heard = new Heard();
        this.feed.join("f.1-1", heard, Until.TOP::reached);
        assertThat(heard.told).containsExactly("a rendered f.1-2", "a restarted f.1-3");
        Heard uptodate = new Heard();
        this.feed.join("f.1-3", uptodate, Until.TOP::reached);
        assertThat(uptodate.told).isEmpty();
    }

    @Test
    void whoComesWithAnIdOfSomebodyElseOrTooOldHearsWhereEverybodyIs() {
        for (int step = 0; step <= RevisionFeed.MOST; step++) {
            now(at("a", (step % 2 == 0) ? Rung.RECEIVED : Rung.RENDERED), at("b", Rung.AWAY));
        }
        for (String after : Arrays.asList("f.2-3", "f.1-0", "f.1-9999", "f.1--1", "f.1-x", "f.1", "-", "", null)) {
            Heard heard = new Heard();
            this.feed.join(after, heard, Until.TOP::reached);
            assertThat(heard.told).as(String.valueOf(after)).containsExactly("a received null", "b away f.1-1001");
        }
        Heard oldest = new Heard();
        this.feed.join("f.1-1", oldest, Until.TOP::reached);
        assertThat(oldest.told).hasSize(RevisionFeed.MOST).startsWith("a rendered f.1-2");
    }

    @Test
    void whoLeavesHearsNothingMore() {
        Heard heard = new Heard();
        RevisionFeed.Reader reader = this.feed.join(null, heard, Until.TOP::reached);
        this.feed.leave(reader);
        now(at("a", Rung.HEALTHY), at("b", Rung.HEALTHY));
        this.feed.end(reader);
        assertThat(heard.told).hasSize(2);
    }

    /** What one reader has heard. */
    private static final class Heard implements StepListener {

        private final List<String> told = new ArrayList<>();

        @Override
        public void step(Step of) {
            Step.OfMember step = (Step.OfMember) of;
            this.told.add(step.member().name() + (step.left() ? " left " : " ") + step.member().rung().wireName() + " "
                    + step.id());
        }

        @Override
        public void result(String id, RevisionStatus status) {
            this.told.add(status.state() + " " + id);
        }

    }

}
