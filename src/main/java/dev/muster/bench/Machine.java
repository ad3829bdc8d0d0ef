package dev.muster.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where something was measured, and when.
 *
 * @param cpu model
 * @param cores that this JVM may use
 * @param load of the last minute, before the measurement; negative where unknown
 * @param heapMiB at most
 * @param fileSystem below the members' logs
 * @param date in UTC
 */
record Machine(String cpu, int cores, double load, String jdk, int heapMiB, String kernel, String fileSystem,
        String date) {

    static Machine here(String fileSystem) {
        Runtime runtime = Runtime.getRuntime();
        return new Machine(cpuModel(), runtime.availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
                (int) (runtime.maxMemory() >> 20),
                System.getProperty("os.name") + " " + System.getProperty("os.version"), fileSystem,
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .format(ZonedDateTime.now(ZoneOffset.UTC)));
    }

    private static String cpuModel() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"))
                .stream()
                .filter((line) -> line.startsWith("model name"))
                .map((line) -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        }
        catch (IOException ex) {
            return System.getProperty("os.arch");
        }
    }

    @Override
    public String toString() {
        String loaded = (this.load < 0) ? "" : String.format(Locale.ROOT, " (load %.1f before)", this.load);
        return this.cpu + ", " + this.cores + " cores" + loaded + "; JDK " + this.jdk + ", heap " + this.heapMiB
                + " MiB; " + this.kernel + ", " + this.fileSystem + "; " + this.date;
    }

}
