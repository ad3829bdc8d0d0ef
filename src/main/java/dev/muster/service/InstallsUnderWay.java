package dev.muster.service;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Packages whose {@code install} hook runs now: once at a time, whether somebody installs
 * the package or a service of it starts. Any thread may use it.
 */
public final class InstallsUnderWay {

    private final Set<Path> packages = ConcurrentHashMap.newKeySet();

    /** Whether the hook may run now; then {@link #end} has to follow. */
    boolean begin(Path pack) {
        return this.packages.add(pack);
    }

    void end(Path pack) {
        this.packages.remove(pack);
    }

}
