package dev.muster.service;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a rendering asks of a process that runs with an earlier one.
 *
 * @param reason which files differ; empty for {@link Kind#NOTHING}
 */
record Reaction(Kind kind, String reason) {

    enum Kind {

        NOTHING, RECONFIGURE, RESTART

    }

    /** Whatever ran before the process, as it, or just after it has to run anew. */
    private static final List<Hook> RESTARTING = List.of(Hook.INIT, Hook.RUN, Hook.POST_RUN);

    private static final String RECONFIGURE = Rendering.HOOKS + Hook.RECONFIGURE.fileName();

    /** The same, where these binds are other than before. */
    Reaction by(List<String> binds) {
        return (this.kind == Kind.NOTHING || binds.isEmpty()) ? this
                : new Reaction(this.kind, this.reason + "; by bind " + String.join(", ", binds));
    }

    /**
     * Compares with what the process was started or last reconfigured with, not with what
     * lies on disk: files that were written just before the node was killed are a change
     * that the process has not taken.
     * @param taken hash by file name
     * @param rendered hash by file name
     */
    static Reaction decide(Map<String, String> taken, Map<String, String> rendered) {
        SortedSet<String> changed = new TreeSet<>(taken.keySet());
        changed.addAll(rendered.keySet());
        changed.removeIf((name) -> Objects.equals(taken.get(name), rendered.get(name)));
        for (Hook hook : RESTARTING) {
            if (changed.contains(Rendering.HOOKS + hook.fileName())) {
                return new Reaction(Kind.RESTART, hook.fileName() + " hook changed");
            }
        }
        String files = changed.stream()
            .filter((name) -> name.startsWith(Rendering.CONFIG))
            .map((name) -> name.substring(Rendering.CONFIG.length()))
            .collect(Collectors.joining(", "));
        if (!files.isEmpty()) {
            Kind kind = rendered.containsKey(RECONFIGURE) ? Kind.RECONFIGURE : Kind.RESTART;
            return new Reaction(kind, "config file changed: " + files);
        }
        if (changed.contains(RECONFIGURE) && rendered.containsKey(RECONFIGURE)) {
            return new Reaction(Kind.RECONFIGURE, "reconfigure hook changed");
        }
        return new Reaction(Kind.NOTHING, "");
    }

}
