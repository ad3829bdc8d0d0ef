package dev.muster.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.pack.PackageIdent;
import dev.muster.service.Preview.Action;

/**
 * Sees what a configuration would do to a service, from two renderings of its package.
 */
final class Foresight {

    private static final String FILES = "files/";

    private final Preparation preparation;

    Foresight(Preparation preparation) {
        this.preparation = preparation;
    }

    /**
     * Renders what the service has and what it would have; writes and runs nothing, so
     * the package's check hook is not asked.
     */
    Preview preview(ServiceStatus status, Order now, Order candidate) {
        Prepared prepared;
        PackageIdent release = candidate.release().orElse(status.ident());
        String moved = release.equals(status.ident()) ? ""
                : "package changed from " + status.ident() + " to " + release;
        try {
            prepared = this.preparation.recall(release, candidate);
        }
        catch (StartException ex) {
            if (!this.preparation.isInstalled(release)) {
                return new Preview(Action.RESTART,
                        moved + ", which is not installed here yet, so that its files cannot be shown", List.of());
            }
            return new Preview(Action.REFUSED, String.valueOf(ex.getMessage()), List.of());
        }
        Map<String, byte[]> before;
        Map<String, byte[]> shownBefore = Map.of();
        Map<String, String> hashes;
        boolean encrypted = false;
        try {
            Rendering present = this.preparation.recall(status.ident(), now).rendering();
            encrypted = present.encrypted();
            before = present.files();
            hashes = present.hashes();
            shownBefore = shown(status.ident(), now);
        }
        catch (StartException ex) {
            // What it has cannot be rendered any more, so all of it is news.
            before = Map.of();
            hashes = Map.of();
        }
        Rendering rendered = prepared.rendering();
        List<FileDifference> files = differences(before, rendered.files(), shownBefore, shown(release, candidate),
                encrypted || rendered.encrypted());
        List<FileDifference> updated = updated(now.files(), candidate.files());
        files.addAll(updated);
        Reaction reaction = moved.isEmpty() ? Reaction.decide(hashes, rendered.hashes())
                : new Reaction(Reaction.Kind.RESTART, moved);
        if (status.state() == ProcessState.BACKOFF && status.desired() == DesiredState.UP) {
            return new Preview(Action.START, "ends the wait after failures: " + status.stateName(), files);
        }
        if (status.pid().isEmpty()) {
            return new Preview(Action.NOTHING, "no process runs: " + status.stateName(), files);
        }
        if (reaction.kind() == Reaction.Kind.RESTART) {
            try {
                this.preparation.requireAllowed(prepared);
            }
            catch (StartException ex) {
                return new Preview(Action.REFUSED, String.valueOf(ex.getMessage()), List.of());
            }
        }
        String told = updated.isEmpty() ? ""
                : PlacedFiles.names(updated.stream().map((file) -> file.name().substring(FILES.length())).toList())
                        + " updated";
        String reason = reaction.reason() + ((told.isEmpty() || reaction.reason().isEmpty()) ? "" : "; ") + told;
        return new Preview(action(reaction, !updated.isEmpty() && prepared.has(Hook.FILE_UPDATED)), reason, files);
    }

    private static Action action(Reaction reaction, boolean tells) {
        return switch (reaction.kind()) {
            case NOTHING -> tells ? Action.FILE_UPDATED : Action.NOTHING;
            case RECONFIGURE -> Action.RECONFIGURE;
            case RESTART -> Action.RESTART;
        };
    }

    /** Files of the group are told by what they are, not by what is in them. */
    private static List<FileDifference> updated(GroupFileSet before, GroupFileSet after) {
        TreeSet<String> names = new TreeSet<>();
        before.files().forEach((file) -> names.add(file.name().text()));
        after.files().forEach((file) -> names.add(file.name().text()));
        List<FileDifference> updated = new ArrayList<>();
        for (String name : names) {
            Optional<GroupFile> left = before.find(name);
            Optional<GroupFile> right = after.find(name);
            if (left.isEmpty() || right.isEmpty() || !left.get().isAs(right.get())) {
                List<String> lines = new ArrayList<>();
                left.ifPresent((file) -> lines.add("- " + described(file)));
                right.ifPresent((file) -> lines.add("+ " + described(file)));
                updated.add(new FileDifference(FILES + name, lines));
            }
        }
        return updated;
    }

    private static String described(GroupFile file) {
        return file.size() + " bytes, mode %04o".formatted(file.mode())
                + file.owner().map((owner) -> ", owner " + owner).orElse("") + ", content "
                + file.hash().substring(0, Math.min(8, file.hash().length()));
    }

    /**
     * What may be seen of a rendering; nothing where it cannot be rendered without
     * secrets.
     */
    private Map<String, byte[]> shown(PackageIdent ident, Order order) {
        try {
            return this.preparation.recallShown(ident, order).files();
        }
        catch (StartException ex) {
            return Map.of();
        }
    }

    /**
     * That files differ is told of the files themselves, how they differ of what may be
     * seen of them; not at all where something in them came encrypted.
     */
    private static List<FileDifference> differences(Map<String, byte[]> before, Map<String, byte[]> after,
            Map<String, byte[]> shownBefore, Map<String, byte[]> shownAfter, boolean hidden) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        SortedMap<String, FileDifference> files = new TreeMap<>();
        for (String name : names) {
            byte[] left = before.getOrDefault(name, new byte[0]);
            byte[] right = after.getOrDefault(name, new byte[0]);
            if (!Arrays.equals(left, right)) {
                boolean seen = !hidden && before.containsKey(name) == shownBefore.containsKey(name)
                        && after.containsKey(name) == shownAfter.containsKey(name);
                files.put(name, seen ? FileDifference.of(name, shownBefore.getOrDefault(name, new byte[0]),
                        shownAfter.getOrDefault(name, new byte[0])) : FileDifference.unseen(name));
            }
        }
        return new ArrayList<>(files.values());
    }

}
