package dev.muster.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.muster.group.GroupName;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.RevisionStatus.Progress;
import dev.muster.group.Step;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Version;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StepQueueTest {

    private final StepQueue queue = new StepQueue();

    private static Step step(int number, int member, Rung rung) {
        return new Step.OfMember("f-" + number, new Progress(new MemberId(String.format("%032x", member)), "m" + member,
                rung, null, 0, null, true, null), false);
    }

    private static RevisionStatus status() {
        Revision revision = new Revision(GroupName.parse("redis.prod"),
                new Version(7, 1, "alice", Hash.of("x".getBytes(StandardCharsets.UTF_8))), Optional.empty(), "x",
                Optional.empty(), 1, Optional.empty(), Optional.empty());
        return new RevisionStatus(revision, true, false, Optional.empty(), false, false, List.of());
    }

    private List<String> drain() throws InterruptedException {
        List<String> told = new ArrayList<>();
        for (Step step = this.queue.next(); step != null; step = this.queue.next()) {
            told.add(((Step.OfMember) step).member().name() + " " + step.id());
        }
        return told;
    }

    @Test
    void everyStepOfAQuickReaderIsTold() throws InterruptedException {
        this.queue.step(step(1, 1, Rung.RECEIVED));
        this.queue.step(step(2, 2, Rung.RECEIVED));
        this.queue.step(step(3, 1, Rung.HEALTHY));
        this.queue.result("f-3", status());
        assertThat(drain()).containsExactly("m1 f-1", "m2 f-2", "m1 f-3");
        assertThat(this.queue.result()).isNotNull();
    }

    @Test
    void aSlowReaderMissesStepsAndNeverTheLastOfAMember() throws InterruptedException {
        int number = 0;
        for (int round = 0; round < 1000; round++) {
            for (int member = 0; member < 3; member++) {
                this.queue.step(step(++number, member, Rung.RECEIVED));
            }
        }
        this.queue.result("f-" + number, status());
        List<String> told = drain();
        assertThat(told).hasSizeLessThanOrEqualTo(StepQueue.MOST).endsWith("m0 f-2998", "m1 f-2999", "m2 f-3000");
    }

    @Test
    void aLargeGroupIsToldOfWhole() throws InterruptedException {
        int members = 3 * StepQueue.MOST;
        for (int round = 0; round < 20; round++) {
            for (int member = 0; member < members; member++) {
                this.queue.step(step(round * members + member, member, Rung.RECEIVED));
            }
        }
        this.queue.result("f-0", status());
        List<String> told = drain();
        assertThat(told).hasSizeLessThan(5 * members);
        assertThat(told.subList(told.size() - members, told.size()))
            .allMatch((line) -> Integer.parseInt(line.substring(line.indexOf('-') + 1)) >= 19 * members);
    }

    @Test
    void whoHasGoneIsNotWaitedFor() throws Exception {
        this.queue.step(step(1, 1, Rung.RECEIVED));
        assertThat(this.queue.next()).isNotNull();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return this.queue.next() == null && this.queue.result() == null;
            }
            catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        });
        this.queue.close();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    }

}
