package dev.muster.shell;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** An object for every step, each on a line of its own. */
final class JsonLines implements Display {

    private final PrintStream out;

    JsonLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void member(MemberReport member) {
        print("member", member.said());
    }

    @Override
    public void left(MemberReport member) {
        print("left", member.said());
    }

    @Override
    public void rollout(RolloutReport rollout) {
        print("rollout", rollout.said());
    }

    /** Also for what is no step. */
    void print(String event, Json said) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(said.members());
        this.out.println(Json.write(line));
    }

}
