package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.election.ElectionStanding;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;

/** Services on a loop that the test moves, over processes that are none. */
final class Bench {

    final InstallsUnderWay installs = new InstallsUnderWay();

    final Path root;

    HandLoop loop = new HandLoop();

    final FakeProcesses processes = new FakeProcesses();

    final List<ServiceStatus> reports = new ArrayList<>();

    Consumer<ServiceStatus> onReport = (report) -> {
    };

    final List<String> output = new ArrayList<>();

    final Map<String, Consumer<String>> logs = new HashMap<>();

    final Map<String, String> environment = new HashMap<>();

    final List<GroupMember> others = new ArrayList<>();

    final Map<String, List<GroupMember>> bound = new HashMap<>();

    Backoff backoff = Backoff.USUAL;

    Account self = new Account("tester", "testers", 1000, 1000, Path.of("/home/tester"));

    /** The users that can be found. */
    final List<Account> known = new ArrayList<>();

    boolean rootAllowed;

    ElectionStanding election = ElectionStanding.NONE;

    Duration leaseLeft = Duration.ZERO;

    /** What services run that take releases by themselves. */
    Optional<PackageIdent> ownRelease = Optional.empty();

    /** How often it was said that the process leads no longer. */
    int released;

    Services services;

    Bench(Path root) {
        this.root = root;
        this.services = fresh();
    }

    /** Another run of the node on the same root; the one before is dropped as by KILL. */
    Services fresh() {
        this.loop = new HandLoop();
        this.services = new Services(surroundings());
        return this.services;
    }

    Path pkgs() {
        return this.root.resolve("pkgs");
    }

    Path file(String name) {
        return this.root.resolve("svc/web").resolve(name);
    }

    String text(String name) {
        try {
            return Files.readString(file(name));
        }
        catch (IOException ex) {
            return "none";
        }
    }

    ServiceSpec spec() {
        return ServiceSpec.of(TestPackage.ident("web")).withGroup("prod");
    }

    /** A loaded and running service. */
    void running() {
        this.services.load(spec(), false);
        this.services.open(true);
        this.loop.settle();
    }

    void apply(long number, String key, Object value) {
        this.services.applied("web.prod", config(number, key, value));
        this.loop.settle();
    }

    static AppliedConfig config(long number, String key, Object value) {
        return new AppliedConfig(number + "-" + value, key + "=" + value, Map.of(key, value));
    }

    ServiceStatus status() {
        return this.services.status("web");
    }

    long pid() {
        return status().pid().orElseThrow();
    }

    /** The rungs reported, without repetitions. */
    List<Rung> rungs() {
        List<Rung> rungs = new ArrayList<>();
        for (ServiceStatus report : this.reports) {
            if (rungs.isEmpty() || rungs.get(rungs.size() - 1) != report.rung()) {
                rungs.add(report.rung());
            }
        }
        return rungs;
    }

    Surroundings surroundings() {
        ServiceContext context = new ServiceContext() {

            @Override
            public Map<String, Object> sys() {
                return Map.of("ip", "10.0.0.1", "hostname", "one", "member_id", "b".repeat(32), "version", "0");
            }

            @Override
            public ElectionStanding election(String serviceGroup) {
                return Bench.this.election;
            }

            @Override
            public Duration leaseLeft(String serviceGroup) {
                return Bench.this.leaseLeft;
            }

            @Override
            public void released(String serviceGroup) {
                Bench.this.released++;
            }

            @Override
            public Optional<PackageIdent> ownRelease(String service) {
                return Bench.this.ownRelease;
            }

            @Override
            public List<GroupMember> others(String serviceGroup) {
                return List.copyOf(Bench.this.others);
            }

            @Override
            public List<GroupMember> members(String serviceGroup) {
                return List.copyOf(Bench.this.bound.getOrDefault(serviceGroup, List.of()));
            }

        };
        return surroundings(context, loops(), this::reported);
    }

    Surroundings surroundings(ServiceContext context, Function<String, Loop> loops, Consumer<ServiceStatus> reports) {
        Account self = this.self;
        Accounts accounts = new Accounts() {

            @Override
            public Account self() {
                return self;
            }

            @Override
            public Optional<Account> find(String user, Optional<String> group) {
                return Bench.this.known.stream().filter((account) -> account.user().equals(user)).findFirst();
            }

        };
        return new Surroundings(this.root, Optional.empty(), this.environment, new PackagePath(List.of(pkgs())),
                this.processes, new FakeLogFiles(this.logs), accounts, this.rootAllowed, context, loops, new Random(1),
                this.backoff, Surroundings.DEFAULT_SETTLE, this.installs, reports,
                (line) -> this.output.add(line.toString()));
    }

    private void reported(ServiceStatus report) {
        this.reports.add(report);
        this.onReport.accept(report);
    }

    private Function<String, Loop> loops() {
        HandLoop own = this.loop;
        return (name) -> own;
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

}
