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
            rows(text, ring.members(), "a second apart", ring.paced());
            row(text, ring.members(), "(b) apply -> rendered by all", ring.rendered());
            rows(text, ring.members(), "back to back", ring.backToBack());
        }
        text.append('\n');
        for (RingResult ring : this.rings) {
            ratios(text, ring, "a second apart", ring.paced());
            ratios(text, ring, "back to back", ring.backToBack());
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

    private static void rows(StringBuilder text, int members, String pace, Series series) {
        row(text, members, "(a) apply -> received by all, " + pace, series.received());
        row(text, members, "    apply -> accepted, on two disks", series.accepted());
        row(text, members, "(c) bare broadcast, answered by all", series.broadcast());
        row(text, members, "(d) the same with synced writes", series.syncedBroadcast());
        row(text, members, "    one synced write", series.syncedWrite());
    }

    private static void ratios(StringBuilder text, RingResult ring, String pace, Series series) {
        text.append(format("%d members, %s: a/c %.1f, a/d %.1f; budget a/d at most %.0f: %s (%d changes of %d bytes)\n",
                ring.members(), pace, series.receivedToBroadcast(), series.receivedToSyncedBroadcast(), Series.BUDGET,
                series.withinBudget() ? "met" : "missed", series.changes(), ring.recordBytes()));
    }

    private static Map<String, Object> json(Series series) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("changes", series.changes());
        tree.put("received", series.received());
        tree.put("accepted", series.accepted());
        tree.put("broadcast", series.broadcast());
        tree.put("syncedBroadcast", series.syncedBroadcast());
        tree.put("syncedWrite", series.syncedWrite());
        tree.put("receivedToBroadcast", series.receivedToBroadcast());
        tree.put("receivedToSyncedBroadcast", series.receivedToSyncedBroadcast());
        tree.put("budget", Series.BUDGET);
        tree.put("withinBudget", series.withinBudget());
        return tree;
    }

    private static void row(StringBuilder text, int members, String what, Percentiles times) {
        line(text, String.valueOf(members), what, number(times.p50()), number(times.p99()), number(times.max()));
    }

    private static void line(StringBuilder text, String members, String what, String p50, String p99, String max) {
        text.append(format("%7s  %-46s %9s %9s %9s", members, what, p50, p99, max)).append('\n');
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
            run.put("warmUp", ring.warmUp());
            run.put("recordBytes", ring.recordBytes());
            run.put("bytesPerChange", ring.perChange());
            run.put("bytesPerIdleSecond", ring.perIdleSecond());
            run.put("paced", json(ring.paced()));
            run.put("rendered", ring.rendered());
            run.put("backToBack", json(ring.backToBack()));
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
