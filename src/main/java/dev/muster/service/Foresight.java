package dev.muster.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.service.Preview.Action;

/**
 * Sees what a configuration would do to a service, from two renderings of its package.
 */
final class Foresight {

    private final Preparation preparation;

    Foresight(Preparation preparation) {
        this.preparation = preparation;
    }

    /**
     * Renders what the service has and what it would have; writes and runs nothing, so
     * the package's check hook is not asked.
     */
    Preview preview(ServiceStatus status, Order now, Order candidate) {
        Rendering rendered;
        try {
            rendered = this.preparation.recall(status.ident(), candidate).rendering();
        }
        catch (StartException ex) {
            return new Preview(Action.REFUSED, String.valueOf(ex.getMessage()), List.of());
        }
        Map<String, byte[]> before;
        Map<String, String> hashes;
        try {
            Rendering present = this.preparation.recall(status.ident(), now).rendering();
            before = present.files();
            hashes = present.hashes();
        }
        catch (StartException ex) {
            // What it has cannot be rendered any more, so all of it is news.
            before = Map.of();
            hashes = Map.of();
        }
        List<FileDifference> files = differences(before, rendered.files());
        Reaction reaction = Reaction.decide(hashes, rendered.hashes());
        if (status.pid().isEmpty()) {
            return new Preview(Action.NOTHING, "no process runs: " + status.stateName(), files);
        }
        return new Preview(action(reaction), reaction.reason(), files);
    }

    private static Action action(Reaction reaction) {
        return switch (reaction.kind()) {
            case NOTHING -> Action.NOTHING;
            case RECONFIGURE -> Action.RECONFIGURE;
            case RESTART -> Action.RESTART;
        };
    }

    private static List<FileDifference> differences(Map<String, byte[]> before, Map<String, byte[]> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        SortedMap<String, FileDifference> files = new TreeMap<>();
        for (String name : names) {
            byte[] left = before.getOrDefault(name, new byte[0]);
            byte[] right = after.getOrDefault(name, new byte[0]);
            if (!Arrays.equals(left, right)) {
                files.put(name, FileDifference.of(name, left, right));
            }
        }
        return new ArrayList<>(files.values());
    }

}
