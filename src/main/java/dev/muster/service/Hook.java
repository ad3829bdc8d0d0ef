package dev.muster.service;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The programs of a package that a Supervisor runs, by the names of their files. All are
 * Chef Habitat's but {@link #CHECK}. Each but {@link #RUN} is ended when it takes too
 * long.
 */
public enum Hook {

    /** Looks at a rendered configuration before it is taken, and may refuse it. */
    CHECK("check", Duration.ofSeconds(60)),
    /** Hears that files of the group have changed. */
    FILE_UPDATED("file-updated", Duration.ofSeconds(60)),
    /** Says how the service is: 0 ok, 1 warning, 2 critical, everything else unknown. */
    HEALTH_CHECK("health-check", Duration.ofSeconds(60)),
    /** Before each start; the service is not started unless it exits with 0. */
    INIT("init", Duration.ofHours(1)),
    /** Once for each release, when it is installed. */
    INSTALL("install", Duration.ofHours(1)),
    /** After each start; run again until it exits with 0. */
    POST_RUN("post-run", Duration.ofHours(1)),
    /** After each end, when nothing is left of the process. */
    POST_STOP("post-stop", Duration.ofSeconds(60)),
    /** Tells the running process to take its new files. */
    RECONFIGURE("reconfigure", Duration.ofSeconds(60)),
    /** The service itself. */
    RUN("run", Duration.ofSeconds(Long.MAX_VALUE)),
    /** Says how well this member could lead. */
    SUITABILITY("suitability", Duration.ofSeconds(60)),
    /** When the last release of a package is removed. */
    UNINSTALL("uninstall", Duration.ofHours(1));

    /** What {@link #RECONFIGURE} was called long ago; it is not run. */
    static final String FORMER_RECONFIGURE = "reload";

    private final String fileName;

    private final Duration timeout;

    Hook(String fileName, Duration timeout) {
        this.fileName = fileName;
        this.timeout = timeout;
    }

    /** Its name in a package's {@code hooks/}. */
    public String fileName() {
        return this.fileName;
    }

    /** How long it may take when the spec does not say otherwise. */
    public Duration timeout() {
        return this.timeout;
    }

    /** Whether it is one that ends by itself. */
    public boolean ends() {
        return this != RUN;
    }

    /** Empty if there is no hook of that name. */
    public static Optional<Hook> named(String fileName) {
        return Arrays.stream(values()).filter((hook) -> hook.fileName.equals(fileName)).findFirst();
    }

}
