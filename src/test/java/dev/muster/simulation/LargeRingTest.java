package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ring of a thousand members in groups of ten: how long a change and a heal take, and
 * how much is said for them. Time is the simulated one: messages take 0.1 to 5 ms, one of
 * fifty forty times as long.
 */
@Tag("soak")
@ExtendWith(WithoutLog.class)
class LargeRingTest {

    private static final int MEMBERS = Integer.getInteger("muster.members", 1_000);

    private static final int GROUP = 10;

    private static final int CHANGES = Math.min(40, MEMBERS / GROUP);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Simulation simulation = new Simulation(1);

    private final List<SimulatedMember> members = new ArrayList<>();

    private long messages;

    private long bytes;

    private long started;

    @Test
    void aChangeReachesAThousandMembersAndAHealedRingAgrees() {
        this.simulation.inattentive(true);
        for (int i = 0; i < MEMBERS; i++) {
            this.members.add(this.simulation.start("m" + i, group(i / GROUP)));
        }
        this.simulation.inattentive(false);
        run("start", () -> settle(Duration.ofSeconds(60)));

        run("idle for a minute", () -> this.simulation.runFor(Duration.ofSeconds(60)));

        run("one change", () -> {
            this.members.get(0).apply(group(0), OptionalLong.empty(), "port = 1", "alice");
            settle(Duration.ofSeconds(30));
        });

        List<SimulatedMember> oneSide = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i += 2) {
            oneSide.add(this.members.get(i));
        }
        this.simulation.cut(oneSide);
        this.simulation.runFor(Simulation.LONGEST_TO_NOTICE);
        for (int i = 0; i < CHANGES; i++) {
            this.members.get(i * GROUP).apply(group(i), OptionalLong.empty(), "port = 2", "left");
            this.members.get(i * GROUP + 1).apply(group(i), OptionalLong.empty(), "port = 3", "right");
        }
        this.simulation.runFor(Duration.ofSeconds(40));
        run("heal of two halves with " + CHANGES + " changes each, noticed within 6 s", () -> {
            this.simulation.heal();
            this.simulation.runFor(LOOK);
            settle(Duration.ofSeconds(60));
        });
    }

    private static String group(int number) {
        return "group" + number + ".prod";
    }

    private void run(String what, Runnable phase) {
        this.messages = this.simulation.messages();
        this.bytes = this.simulation.bytes();
        this.started = this.simulation.now().toMillis();
        long real = System.nanoTime();
        phase.run();
        System.out.println(String.format(Locale.ROOT,
                "%d simulated members, %s: %d ms simulated, %d messages, %.1f MiB, %.0f bytes a member (%d s of computing)",
                MEMBERS, what, this.simulation.now().toMillis() - this.started,
                this.simulation.messages() - this.messages, (this.simulation.bytes() - this.bytes) / 1048576.0,
                (this.simulation.bytes() - this.bytes) / (double) MEMBERS,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - real)));
    }

    /** Until all hold the same and have said all there is to say. */
    private void settle(Duration patience) {
        long end = this.simulation.now().plus(patience).toMillis();
        String before = "";
        do {
            assertThat(this.simulation.now().toMillis()).as("not settled in time").isLessThan(end);
            this.simulation.runFor(LOOK);
            String held = this.members.get(0).replica().fingerprint();
            Set<String> all = new HashSet<>(Set.of(held));
            for (int i = 1; i < MEMBERS && all.size() == 1; i++) {
                all.add(this.members.get(i).replica().fingerprint());
            }
            if (all.size() == 1 && held.equals(before)) {
                return;
            }
            before = (all.size() == 1) ? held : "";
        }
        while (true);
    }

}
