package dev.muster.demo;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.shell.CommandRunner.Outcome;

/**
 * Four Supervisors, four Redis, one change, and a look at all of them before and after
 * it.
 */
final class ChangeDemo implements Demo {

    private static final int NOT_FOUND = 5;

    /** After that long what has not happened counts as not happening. */
    private static final Duration CHANGE = Duration.ofSeconds(60);

    @Override
    public Findings run(Stage stage) throws DemoFailedException {
        Place place = stage.open();
        stage.tell("Four Supervisors on " + place.network() + ".2 to .5, their files in " + stage.files());
        for (Member member : Member.ALL) {
            Supervisor supervisor = stage.start(member);
            stage.tell("  " + member.name() + "  " + supervisor.address() + "  pid " + supervisor.pid() + "  for "
                    + member.serviceGroup() + (member.peers().isEmpty() ? "" : ", peer of a")
                    + (member.equals(Member.D) ? ", a ring of its own" : ""));
        }
        List<Supervisor> all = stage.supervisors();
        stage.tell("Waiting for the ring of a, b and c");
        for (Supervisor supervisor : all) {
            supervisor.awaitRing(Stage.START);
        }
        for (Supervisor supervisor : all) {
            stage.tell("On " + supervisor.member().name() + ": muster svc load core/redis --group "
                    + supervisor.member().group());
            supervisor.ask("svc", "load", "core/redis", "--group", supervisor.member().group());
        }
        Map<Member, Sight> before = new LinkedHashMap<>();
        for (Supervisor supervisor : all) {
            before.put(supervisor.member(), supervisor.awaitRedis(Stage.START));
        }
        stage.tell("All four Redis answer on port " + place.before());
        Claim.Change change = change(stage, place);
        Map<Member, Story> stories = new LinkedHashMap<>();
        for (Supervisor supervisor : all) {
            Member member = supervisor.member();
            stories.put(member, new Story(member, supervisor.address(), before.get(member), supervisor.look()));
        }
        stage.tell("Looked at all four again");
        return new Report(place.network(), List.copyOf(stories.values()), Claim.of(stories, change));
    }

    private static Claim.Change change(Stage stage, Place place) throws DemoFailedException {
        String group = Member.A.serviceGroup();
        String layer = "port = " + place.after();
        stage.tell("On a: echo '" + layer + "' | muster config apply " + group + " 1");
        Outcome applied = stage.supervisor(Member.A).command(layer + "\n", "config", "apply", group, "1");
        Object id = Supervisor.tree(applied.output()).get("id");
        if (id == null) {
            throw new DemoFailedException(
                    "\"muster config apply\" ended with " + applied.code() + ": " + Supervisor.detail(applied));
        }
        String revision = id.toString();
        stage.tell((applied.code() == 0) ? "All of " + group + " have received " + revision
                : "It ended with " + applied.code() + ": " + Supervisor.detail(applied));
        for (Member member : List.of(Member.A, Member.B)) {
            stage.supervisor(member).watchRedis(place.after(), CHANGE);
        }
        boolean escaped = stage.supervisor(Member.D)
            .command("", "config", "status", group, revision)
            .code() != NOT_FOUND;
        return new Claim.Change(place.before(), place.after(), revision, applied.code() == 0, escaped);
    }

    @Override
    public List<String> looks(String files) {
        return List.of("muster svc status --root " + files + "/b", "muster sup status --root " + files + "/d",
                "tail " + files + "/a.log");
    }

}
