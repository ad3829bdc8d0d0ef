package dev.muster.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.muster.node.NodeOptions;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long files took to their members; times in milliseconds since the upload began.
 *
 * @param mebibytes size of each file
 * @param accepted the content on two disks, and the revision too
 * @param inPlace one value for each member and file
 * @param everywhere one value for each file: its last member
 * @param sent how many bytes went over the ring for each byte that had to
 * @param heapMiB in use at most, of all members together
 */
record FilesResult(int members, int mebibytes, int files, Percentiles accepted, Percentiles inPlace,
        Percentiles everywhere, double sent, long heapMiB) {

    private static final long RATE = NodeOptions.USUAL_FILE_RATE >> 20;

    /** No member could have had it sooner, one copy after the other at that rate. */
    private double least() {
        return this.mebibytes * 1000.0 / RATE;
    }

    String text(Machine machine) {
        return String.format(Locale.ROOT,
                """
                        %s

                        %d files of %d MiB to %d members in one JVM, at most %d MiB a second in and out of each; milliseconds

                                                                    p50        max
                        accepted: on two disks, announced     %9.0f  %9.0f
                        in place on a member                  %9.0f  %9.0f
                        in place on all members               %9.0f  %9.0f

                        one copy at that rate takes %.0f ms; %.2f bytes were sent for each that had to be; heap in use at most %d MiB
                        """,
                machine, this.files, this.mebibytes, this.members, RATE, this.accepted.p50(), this.accepted.max(),
                this.inPlace.p50(), this.inPlace.max(), this.everywhere.p50(), this.everywhere.max(), least(),
                this.sent, this.heapMiB);
    }

    String json(Machine machine) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("machine", machine);
        tree.put("unit", "ms");
        tree.put("members", this.members);
        tree.put("files", this.files);
        tree.put("mebibytes", this.mebibytes);
        tree.put("mebibytesASecond", RATE);
        tree.put("accepted", this.accepted);
        tree.put("inPlace", this.inPlace);
        tree.put("everywhere", this.everywhere);
        tree.put("oneCopy", least());
        tree.put("bytesSentForEach", this.sent);
        tree.put("heapMiB", this.heapMiB);
        return JsonMapper.shared().writeValueAsString(tree);
    }

}
