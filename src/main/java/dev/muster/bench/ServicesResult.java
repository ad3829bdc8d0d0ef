package dev.muster.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What many services on one node cost.
 *
 * @param up from the first load until all of them run
 * @param status of all services, asked over the control gateway
 * @param idleCpu share of one core that the node took when nothing changed
 * @param residentMiB of the node's process then
 * @param takenBack from the start of the next node, after a kill, until it knows all
 * @param stopped from TERM until node and services are gone
 */
record ServicesResult(int services, Duration up, Percentiles status, double idleCpu, long residentMiB,
        Duration takenBack, Duration stopped) {

    private static final Duration UP_BUDGET = Duration.ofSeconds(60);

    private static final double STATUS_BUDGET_MILLIS = 100;

    private static final double CPU_BUDGET = 0.05;

    String text(Machine machine) {
        return String.format(Locale.ROOT, """
                %s

                %d services on one node, with a run hook that only sleeps

                load of all until all are up     %8.1f s    budget %d s: %s
                status of all, p50 / p99         %8.1f ms / %.1f ms    budget %.0f ms: %s
                the node's CPU when idle         %8.1f %% of a core    budget %.0f %%: %s
                the node's resident memory       %8d MiB
                taken back after kill -9         %8.1f s, the start of the node included
                TERM until all is gone           %8.1f s
                """, machine, this.services, seconds(this.up), UP_BUDGET.toSeconds(),
                verdict(this.up.compareTo(UP_BUDGET) < 0), this.status.p50(), this.status.p99(), STATUS_BUDGET_MILLIS,
                verdict(this.status.p50() < STATUS_BUDGET_MILLIS), this.idleCpu * 100, CPU_BUDGET * 100,
                verdict(this.idleCpu < CPU_BUDGET), this.residentMiB, seconds(this.takenBack), seconds(this.stopped));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String verdict(boolean met) {
        return met ? "met" : "missed";
    }

    String json(Machine machine) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("machine", machine);
        tree.put("services", this.services);
        tree.put("upMillis", this.up.toMillis());
        tree.put("status", this.status);
        tree.put("idleCpu", this.idleCpu);
        tree.put("residentMiB", this.residentMiB);
        tree.put("takenBackMillis", this.takenBack.toMillis());
        tree.put("stoppedMillis", this.stopped.toMillis());
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }

}
