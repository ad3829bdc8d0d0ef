package dev.muster.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results, for people and for programs. */
record BenchReport(Machine machine, String transport, List<RingResult> rings) {

    private static final String NOTE = "Members run in one JVM, each with a log of its own, really synced. No process is "
            + "started or stopped: what a service's own\nprocess needs for that comes on top of (b).";

    BenchReport {
        rings = List.copyOf(rings);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(this.machine).append('\n');
        text.append("Transport ").append(this.transport).append("; milliseconds.\n\n");
        line(text, "members", "", "p50", "p99", "max");
        for (RingResult ring : this.rings) {
            row(text, ring.members(), "(a) apply -> received by all", ring.received());
            row(text, ring.members(), "(b) apply -> rendered by all", ring.rendered());
            row(text, ring.members(), "    apply -> accepted, on two disks", ring.accepted());
            row(text, ring.members(), "(c) bare broadcast, answered by all", ring.broadcast());
            row(text, ring.members(), "(d) the same with synced writes", ring.syncedBroadcast());
            row(text, ring.members(), "    one synced write", ring.syncedWrite());
        }
        text.append('\n');
        for (RingResult ring : this.rings) {
            text.append(format(
                    "%d members: a/c %.1f, a/d %.1f; budget a/d at most %.0f: %s (%d changes of %d bytes after %d)\n",
                    ring.members(), ring.receivedToBroadcast(), ring.receivedToSyncedBroadcast(), RingResult.BUDGET,
                    ring.withinBudget() ? "met" : "missed", ring.changes(), ring.recordBytes(), ring.warmUp()));
        }
        for (RingResult ring : this.rings) {
            text.append(format(
                    "%d members: %d bytes came in at each for a change and %d in a second without one;"
                            + " %d and %d with headers and heartbeats\n",
                    ring.members(), ring.perChange().said(), ring.perIdleSecond().said(), ring.perChange().wire(),
                    ring.perIdleSecond().wire()));
        }
        return text.append('\n').append(NOTE).append('\n').toString();
    }

    private static void row(StringBuilder text, int members, String what, Percentiles times) {
        line(text, String.valueOf(members), what, number(times.p50()), number(times.p99()), number(times.max()));
    }

    private static void line(StringBuilder text, String members, String what, String p50, String p99, String max) {
        text.append(format("%7s  %-36s %9s %9s %9s", members, what, p50, p99, max)).append('\n');
    }

    private static String number(double millis) {
        return format((millis < 10) ? "%.2f" : "%.1f", millis);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    String json() {
        List<Map<String, Object>> runs = new ArrayList<>();
        for (RingResult ring : this.rings) {
            Map<String, Object> run = new LinkedHashMap<>();
            run.put("members", ring.members());
            run.put("changes", ring.changes());
            run.put("warmUp", ring.warmUp());
            run.put("recordBytes", ring.recordBytes());
            run.put("bytesPerChange", ring.perChange());
            run.put("bytesPerIdleSecond", ring.perIdleSecond());
            run.put("received", ring.received());
            run.put("rendered", ring.rendered());
            run.put("accepted", ring.accepted());
            run.put("broadcast", ring.broadcast());
            run.put("syncedBroadcast", ring.syncedBroadcast());
            run.put("syncedWrite", ring.syncedWrite());
            run.put("receivedToBroadcast", ring.receivedToBroadcast());
            run.put("receivedToSyncedBroadcast", ring.receivedToSyncedBroadcast());
            run.put("budget", RingResult.BUDGET);
            run.put("withinBudget", ring.withinBudget());
            runs.add(run);
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("machine", this.machine);
        whole.put("transport", this.transport);
        whole.put("unit", "ms");
        whole.put("note", NOTE.replace('\n', ' '));
        whole.put("rings", runs);
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(whole);
    }

}
