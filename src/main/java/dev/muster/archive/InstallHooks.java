package dev.muster.archive;

import java.io.IOException;

import dev.muster.pack.InstalledPackage;

/** Runs the hooks that belong to a package and not to a service of it. */
public interface InstallHooks {

    /** Runs when a package was unpacked. */
    String INSTALL = "install";

    /** Runs before the last release of a package is taken away. */
    String UNINSTALL = "uninstall";

    /**
     * Renders a hook of a package, runs it and waits for its end, up to an hour.
     * @throws IOException when it could not be rendered or started; the message says why
     */
    Outcome run(InstalledPackage pack, String hook) throws IOException;

    /**
     * How a hook ended.
     *
     * @param code its exit code; -1 where there is none
     * @param ending in words, as {@code exited with 3}
     * @param output the last of what it wrote
     */
    record Outcome(int code, String ending, String output) {

        boolean succeeded() {
            return this.code == 0;
        }

    }

}
