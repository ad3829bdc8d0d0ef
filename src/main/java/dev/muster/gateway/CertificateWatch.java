package dev.muster.gateway;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Notices within about a second that the files of a certificate are others. It reads them
 * again each time: a few kilobytes, and no way to replace a file goes unnoticed, as some
 * do by a file system's notifications.
 */
final class CertificateWatch implements AutoCloseable {

    private final ScheduledExecutorService thread;

    CertificateWatch(GatewayCertificates certificates) {
        this.thread = Executors.newSingleThreadScheduledExecutor((task) -> {
            Thread made = new Thread(task, "muster-certificates");
            made.setDaemon(true);
            return made;
        });
        List<GatewayTls> watched = Stream.of(certificates.control(), certificates.reading())
            .flatMap(java.util.Optional::stream)
            .toList();
        if (!watched.isEmpty()) {
            this.thread.scheduleWithFixedDelay(() -> watched.forEach(GatewayTls::refresh), 1, 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        this.thread.shutdownNow();
    }

}
