package dev.muster.update;

import java.util.Map;
import java.util.Optional;

import dev.muster.pack.PackageIdent;
import dev.muster.service.UpdateCondition;
import dev.muster.service.UpdateStrategy;

/**
 * How one service stands to new releases of its package.
 *
 * @param source where they come from; empty where none is named
 * @param last when that was asked last; empty where it never was
 * @param offered the newest that its channel has for it, as it was read last
 * @param next what it, or its group, is on its way to
 * @param note why it does not go on, or what it is doing; empty for nothing to say
 * @param refused releases that it took by itself and did not keep, with the reason
 */
public record UpdateStatus(UpdateStrategy strategy, UpdateCondition condition, Optional<String> source, String channel,
        Optional<Poll> last, Optional<PackageIdent> offered, Optional<PackageIdent> next, String note,
        Map<PackageIdent, String> refused) {
}
