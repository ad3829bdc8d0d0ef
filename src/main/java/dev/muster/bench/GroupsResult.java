package dev.muster.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * What a large store costs one node.
 *
 * @param groups how many, of 64 KiB each
 * @param emptyStart from the start of a node with an empty store until it is ready
 * @param emptyMiB resident memory of that node
 * @param filledBytes of the files of the store with all groups
 * @param filledStart from the start of a node with these, after a kill, until it is ready
 * @param filledMiB resident memory of that node
 * @param applies how many changes of one group were made then, one after another
 * @param row how long these took
 * @param rowBytes by how much the files of the store grew
 * @param rowMiB resident memory of the node afterwards
 */
record GroupsResult(int groups, Duration emptyStart, long emptyMiB, long filledBytes, Duration filledStart,
        long filledMiB, int applies, Duration row, long rowBytes, long rowMiB) {

    private static final Duration START_BUDGET = Duration.ofSeconds(5);

    private static final long MEMORY_BUDGET_MIB = 60;

    String text(Machine machine) {
        return String.format(Locale.ROOT, """
                %s

                One node without services

                empty store: start until ready   %8d ms, resident %d MiB
                %d groups of 64 KiB: on disk     %8d MiB
                  start until ready, after -9    %8d ms    budget %d s: %s
                  resident above the empty one   %8d MiB    budget %d MiB: %s
                %d applies in a row to one group %8.1f s, %.0f a second
                  the store grew by              %8d KiB
                  resident afterwards            %8d MiB
                """, machine, this.emptyStart.toMillis(), this.emptyMiB, this.groups, this.filledBytes >> 20,
                this.filledStart.toMillis(), START_BUDGET.toSeconds(),
                verdict(this.filledStart.compareTo(START_BUDGET) < 0), this.filledMiB - this.emptyMiB,
                MEMORY_BUDGET_MIB, verdict(this.filledMiB - this.emptyMiB <= MEMORY_BUDGET_MIB), this.applies,
                this.row.toMillis() / 1000.0, perSecond(), this.rowBytes >> 10, this.rowMiB);
    }

    private double perSecond() {
        return this.applies * 1000.0 / Math.max(1, this.row.toMillis());
    }

    private static String verdict(boolean met) {
        return met ? "met" : "missed";
    }

    String json(Machine machine) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("machine", machine);
        tree.put("groups", this.groups);
        tree.put("emptyStartMillis", this.emptyStart.toMillis());
        tree.put("emptyMiB", this.emptyMiB);
        tree.put("filledBytes", this.filledBytes);
        tree.put("filledStartMillis", this.filledStart.toMillis());
        tree.put("filledMiB", this.filledMiB);
        tree.put("applies", this.applies);
        tree.put("appliesMillis", this.row.toMillis());
        tree.put("appliesBytes", this.rowBytes);
        tree.put("appliesMiB", this.rowMiB);
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }

}
