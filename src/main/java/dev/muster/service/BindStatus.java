package dev.muster.service;

import java.util.List;

/**
 * How a service stands to a group that it is bound to.
 *
 * @param name what its package calls it
 * @param group that it is bound to
 * @param required whether the package needs it
 * @param exports what every member of the group has to export
 * @param members how many are there and run
 * @param satisfied whether some are, and each exports what is needed
 * @param kept whether templates see what was there last, since it is not satisfied now
 * @param reason what is missing, of which member; empty when it is satisfied
 */
public record BindStatus(String name, String group, boolean required, List<String> exports, int members,
        boolean satisfied, boolean kept, String reason) {

    public BindStatus {
        exports = List.copyOf(exports);
    }

    /** What is missing, and what is done about it while the process runs. */
    String note() {
        return "bind " + this.name + ": " + this.reason + (this.kept ? ", its last data is kept" : "");
    }

}
