package dev.muster.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * The result of a demo.
 *
 * @param network of its addresses
 * @param stories of all members, in their order
 * @param claims what was judged of them
 */
record Report(String network, List<Story> stories, List<Claim> claims) implements Findings {

    Report {
        stories = List.copyOf(stories);
        claims = List.copyOf(claims);
    }

    @Override
    public boolean held() {
        return this.claims.stream().allMatch(Claim::held);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(row("member", "address", "group", "port", "pid", "revision"));
        for (Story story : this.stories) {
            Sight before = story.before();
            Sight after = story.after();
            text.append(row(story.member().name(), story.address(), story.member().serviceGroup(),
                    change(before.ports(), after.ports()), change(before.pids(), after.pids()),
                    change(before.revisions(), after.revisions())));
        }
        text.append('\n');
        this.claims
            .forEach((claim) -> text.append(claim.held() ? "ok      " : "FAILED  ").append(claim.text()).append('\n'));
        return text.toString();
    }

    private static String row(String... cells) {
        return "%-7s %-13s %-11s %-14s %-19s %s%n".formatted((Object[]) cells);
    }

    private static String change(String before, String after) {
        return before.equals(after) ? before : before + " -> " + after;
    }

    @Override
    public Map<String, @Nullable Object> tree() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("held", held());
        all.put("network", this.network);
        all.put("members", this.stories.stream().map(Report::tree).toList());
        all.put("claims", this.claims.stream().map((claim) -> {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("claim", claim.text());
            tree.put("held", claim.held());
            return tree;
        }).toList());
        return all;
    }

    private static Map<String, Object> tree(Story story) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("member", story.member().name());
        tree.put("address", story.address());
        tree.put("group", story.member().serviceGroup());
        tree.put("before", tree(story.before()));
        tree.put("after", tree(story.after()));
        return tree;
    }

    private static Map<String, @Nullable Object> tree(Sight sight) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        OptionalLong pid = sight.pid();
        tree.put("pid", pid.isPresent() ? pid.getAsLong() : null);
        tree.put("revision", sight.revision().isEmpty() ? null : sight.revision());
        List<Map<String, Object>> redis = new ArrayList<>();
        sight.answers().forEach((answer) -> {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("port", answer.port());
            said.put("pid", answer.pid());
            redis.add(said);
        });
        tree.put("port", (sight.answers().size() == 1) ? sight.answers().get(0).port() : null);
        tree.put("redis", redis);
        return tree;
    }

}
