package dev.muster.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Three Redis of one group, of which one is written to and two replicate it: what becomes
 * of them when the Supervisor of the leader is killed, and when it comes back. Everything
 * is asked of Redis itself. Walked once.
 */
final class LeaderDemo implements Demo {

    private static final String KEY = "colour";

    private static final Duration ELECTION = Duration.ofSeconds(60);

    /** Several times what it takes on a machine that has nothing else to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private @Nullable Place place;

    private @Nullable Member first;

    private @Nullable Member second;

    private long firstTerm;

    private long secondTerm;

    @Override
    public Findings run(Stage stage) throws DemoFailedException {
        Place found = stage.open();
        this.place = found;
        stage.tell("Three Supervisors on " + found.network() + ".2 to .4, their files in " + stage.files());
        for (Member member : Member.VOTERS) {
            Supervisor supervisor = stage.start(member);
            stage.tell("  " + member.name() + "  " + supervisor.address() + "  pid " + supervisor.pid());
        }
        stage.tell("Waiting for their ring");
        for (Supervisor supervisor : stage.supervisors()) {
            supervisor.awaitRing(Stage.START);
        }
        List<Step> steps = new ArrayList<>();
        List<Act> acts = List.of(this::elect, this::write, this::kill, this::succeed, this::comeBack);
        for (Act act : acts) {
            Step step = act.play(stage);
            steps.add(step);
            stage.tell("  " + (step.held() ? "" : "FAILED: ") + step.saw());
            if (!step.held()) {
                break;
            }
        }
        return new Steps(found.network(), steps, acts.size());
    }

    private Step elect(Stage stage) throws DemoFailedException {
        long start = System.nanoTime();
        for (Supervisor supervisor : stage.supervisors()) {
            stage.tell(
                    "On " + supervisor.member().name() + ": muster svc load core/redis --group prod --topology leader");
            supervisor.ask("svc", "load", "core/redis", "--group", "prod", "--topology", "leader");
        }
        boolean held = holds(ELECTION, () -> leader(Member.VOTERS).filter(this::isFollowedByAllOthers).isPresent());
        Duration took = since(start);
        if (held) {
            this.first = leader(Member.VOTERS).orElse(null);
            held = this.first != null;
        }
        if (this.first != null) {
            this.firstTerm = term(stage, this.first);
        }
        return new Step("The members of redis.prod elect a leader, and the others replicate it",
                sights(Member.VOTERS) + told(this.first, this.firstTerm), took, held);
    }

    private Step write(Stage stage) {
        Member leader = Objects.requireNonNull(this.first);
        stage.tell("On the Redis of " + leader.name() + ": SET " + KEY + " green");
        long start = System.nanoTime();
        boolean held = Replication.write(address(leader), port(), KEY, "green")
                && holds(PATIENCE, () -> others(leader).stream().allMatch((member) -> has(member, "green")));
        return new Step("What is written to the leader is read from those that follow", values(Member.VOTERS),
                since(start), held);
    }

    private Step kill(Stage stage) throws DemoFailedException {
        Member leader = Objects.requireNonNull(this.first);
        Supervisor killed = stage.supervisor(leader);
        long redis = Redis.ask(address(leader), port())
            .map(Redis::pid)
            .orElseThrow(() -> new DemoFailedException("The Redis of " + leader.name() + " does not answer"));
        Optional<ProcessHandle> process = ProcessHandle.of(redis);
        stage.tell("kill -9 " + killed.pid() + ", the Supervisor of " + leader.name() + "; its Redis, pid " + redis
                + ", lives on");
        Succession seen = new Succession();
        long start = System.nanoTime();
        killed.kill();
        holds(PATIENCE, () -> {
            Optional<Member> next = leader(others(leader));
            seen.look(next, process.filter(ProcessHandle::isAlive).isPresent(), since(start));
            return seen.complete();
        });
        this.second = seen.next().orElse(null);
        String saw = "Redis " + redis + " of " + leader.name()
                + seen.gone().map((at) -> " was stopped after " + seconds(at)).orElse(" was not stopped") + "; "
                + seen.next().map((next) -> "that of " + next.name() + " is written to").orElse("no other leads")
                + seen.taken().map((at) -> " after " + seconds(at)).orElse("")
                + (seen.two() ? ", WHILE THE OLD ONE WAS THERE" : "");
        return new Step("The Supervisor of the leader is killed: its Redis is stopped before another one leads", saw,
                since(start), seen.held());
    }

    private Step succeed(Stage stage) throws DemoFailedException {
        Member leader = Objects.requireNonNull(this.second);
        Member gone = Objects.requireNonNull(this.first);
        List<Member> left = others(gone);
        stage.tell("On the Redis of " + leader.name() + ": SET " + KEY + " blue");
        long start = System.nanoTime();
        boolean held = holds(PATIENCE,
                () -> left.stream()
                    .filter((member) -> !member.equals(leader))
                    .allMatch((member) -> follows(member, leader)))
                && has(leader, "green") && Replication.write(address(leader), port(), KEY, "blue")
                && holds(PATIENCE, () -> left.stream().allMatch((member) -> has(member, "blue")));
        Duration took = since(start);
        this.secondTerm = term(stage, leader);
        return new Step("The next leader had what was written, takes more, and is replicated in a later term",
                sights(left) + told(leader, this.secondTerm) + "; " + values(left), took,
                held && this.secondTerm > this.firstTerm);
    }

    private Step comeBack(Stage stage) throws DemoFailedException {
        Member back = Objects.requireNonNull(this.first);
        Member leader = Objects.requireNonNull(this.second);
        stage.tell("Supervisor " + back.name() + " is started again");
        long start = System.nanoTime();
        Supervisor again = stage.start(back);
        again.awaitRing(Stage.START);
        boolean held = holds(PATIENCE, () -> isFollowedByAllOthers(leader) && has(back, "blue"));
        Duration took = since(start);
        long term = term(stage, leader);
        return new Step("The old leader comes back, and follows",
                sights(Member.VOTERS) + told(leader, term) + "; " + values(Member.VOTERS), took,
                held && term == this.secondTerm);
    }

    @Override
    public List<String> looks(String files) {
        return List.of("muster election status redis.prod --root " + files + "/b",
                "muster svc status --root " + files + "/b", "tail " + files + "/a.log");
    }

    // What Redis says

    private String address(Member member) {
        return Objects.requireNonNull(this.place).address(member);
    }

    private int port() {
        return Objects.requireNonNull(this.place).before();
    }

    private Optional<Replication> replication(Member member) {
        return Replication.ask(address(member), port());
    }

    private Optional<Member> leader(List<Member> among) {
        return among.stream()
            .filter((member) -> replication(member).filter(Replication::leads).isPresent())
            .findFirst();
    }

    private boolean follows(Member member, Member leader) {
        return replication(member).filter((said) -> said.follows(address(leader))).isPresent();
    }

    private boolean isFollowedByAllOthers(Member leader) {
        return replication(leader).filter(Replication::leads).isPresent()
                && others(leader).stream().allMatch((member) -> follows(member, leader));
    }

    private boolean has(Member member, String value) {
        return Replication.value(address(member), port(), KEY).filter(value::equals).isPresent();
    }

    private String sights(List<Member> members) {
        return members.stream()
            .map((member) -> member.name() + " "
                    + replication(member).map((said) -> said.shown(this::name)).orElse("does not answer"))
            .collect(Collectors.joining(", "));
    }

    private String values(List<Member> members) {
        return members.stream()
            .map((member) -> KEY + " is " + Replication.value(address(member), port(), KEY).orElse("nothing") + " on "
                    + member.name())
            .collect(Collectors.joining(", "));
    }

    private String name(String address) {
        return Member.VOTERS.stream()
            .filter((member) -> address(member).equals(address))
            .map(Member::name)
            .findFirst()
            .orElse(address);
    }

    // What Supervisors say

    /** Of the leader that a member knows; 0 where it knows another one. */
    private static long term(Stage stage, Member leader) throws DemoFailedException {
        Map<?, ?> election = stage.supervisor(leader).ask("election", "status", leader.serviceGroup());
        boolean same = election.get("leader") instanceof Map<?, ?> known && leader.name().equals(known.get("name"));
        return (same && election.get("term") instanceof Number term) ? term.longValue() : 0;
    }

    private static String told(@Nullable Member leader, long term) {
        return (leader != null) ? "; its Supervisor calls " + leader.name()
                + ((term > 0) ? " the leader in term " + term : " no leader") : "";
    }

    private static List<Member> others(Member leader) {
        return Member.VOTERS.stream().filter((member) -> !member.equals(leader)).toList();
    }

    private static boolean holds(Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    @FunctionalInterface
    private interface Act {

        Step play(Stage stage) throws DemoFailedException;

    }

}
