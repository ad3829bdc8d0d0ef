package dev.muster.shell;

import java.util.List;
import java.util.stream.Collectors;

import dev.muster.shell.ControlClient.Answer;

/** Tells what a change would do. */
final class PlanReport {

    private PlanReport() {
    }

    /**
     * @return 0 when every member that could be asked would take it
     * @throws CommandFailure when one would not
     */
    static int print(Answer answer, Arguments arguments, Console console) throws CommandFailure {
        Json plan = answer.body();
        List<Json> members = plan.get("members").elements();
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else {
            tell(plan, members, console);
        }
        List<Json> refused = members.stream().filter((member) -> member.text("action").equals("refused")).toList();
        if (!refused.isEmpty()) {
            throw CommandFailure.of(1, "failed",
                    "it would be refused by " + refused.stream()
                        .map((member) -> member.text("name") + ": " + member.text("reason"))
                        .collect(Collectors.joining("; ")));
        }
        return 0;
    }

    private static void tell(Json plan, List<Json> members, Console console) {
        String base = plan.text("base").isEmpty() ? "no revision" : plan.text("base");
        console.out()
            .println(plan.text("applied").equals("already") ? plan.text("group") + " " + base + " says so already"
                    : plan.text("group") + ": change " + plan.text("number") + " on " + base + ", not made");
        for (Json value : plan.get("values").elements()) {
            console.out().println("  " + Differences.line(value));
        }
        String release = Differences.release(plan.get("release"));
        if (!release.isEmpty()) {
            console.out().println("  " + release);
        }
        plan.get("files").elements().forEach((file) -> console.out().println("  " + Differences.file(file)));
        if (!members.isEmpty()) {
            console.out().println();
            console.out().println("  " + rollout(plan.get("rollout"), members));
            TextTable table = new TextTable("member", "action", "reason");
            members.forEach((member) -> table.row(name(member), member.text("action"), member.text("reason")));
            console.out().print(table.text("  "));
        }
        members.forEach((member) -> files(member, console));
        plan.get("warnings").elements().forEach((warning) -> console.err().println("muster: " + warning.value()));
        if (!plan.text("note").isEmpty()) {
            console.err().println("muster: " + plan.text("note"));
        }
    }

    private static String rollout(Json rollout, List<Json> members) {
        String strategy = rollout.text("strategy");
        if (rollout.text("maxUnavailable").isEmpty()) {
            return strategy + ", all members together";
        }
        String order = rollout.get("order")
            .elements()
            .stream()
            .map((id) -> members.stream()
                .filter((member) -> member.text("id").equals(id.value()))
                .findFirst()
                .map(PlanReport::name)
                .orElse(String.valueOf(id.value())))
            .collect(Collectors.joining(", "));
        String canary = rollout.text("canary").equals("0") ? ""
                : ", " + rollout.text("canary") + " first and the others once it is promoted";
        return strategy + ", " + rollout.text("maxUnavailable") + " at a time" + canary + ": " + order;
    }

    private static String name(Json member) {
        return member.text("name") + (member.isTrue("leads") ? " (leads)" : "");
    }

    private static void files(Json member, Console console) {
        for (Json file : member.get("files").elements()) {
            console.out().println();
            console.out().println(member.text("name") + ": " + file.text("name"));
            file.get("diff").elements().forEach((line) -> console.out().println(line.value()));
        }
    }

}
