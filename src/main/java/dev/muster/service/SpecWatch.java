package dev.muster.service;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Notices what people do to spec files. A file counts once it was the same at two looks,
 * so that one is not read while it is being written.
 */
final class SpecWatch {

    private Map<String, String> handled;

    private Map<String, String> before;

    /**
     * @param stamps by service name, what changes whenever its file does
     */
    SpecWatch(Map<String, String> stamps) {
        this.handled = new TreeMap<>(stamps);
        this.before = Map.copyOf(stamps);
    }

    /**
     * The services whose file appeared, changed or went away and stands still now; each
     * is told once.
     */
    Set<String> look(Map<String, String> stamps) {
        Set<String> names = new TreeSet<>(stamps.keySet());
        names.addAll(this.handled.keySet());
        names.removeIf((name) -> {
            String now = stamps.get(name);
            return Objects.equals(now, this.handled.get(name)) || !Objects.equals(now, this.before.get(name));
        });
        for (String name : names) {
            String now = stamps.get(name);
            if (now == null) {
                this.handled.remove(name);
            }
            else {
                this.handled.put(name, now);
            }
        }
        this.before = Map.copyOf(stamps);
        return names;
    }

}
