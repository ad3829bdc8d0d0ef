package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the hooks that ran when the node was killed: nobody hears of their end any longer,
 * no timeout is theirs, and those that this run of the node starts would meet them. Lives
 * on the service's loop.
 */
final class LeftHooks {

    private static final Logger log = LoggerFactory.getLogger(LeftHooks.class);

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Surroundings around;

    private final Loop loop;

    private final ServiceDirectory directory;

    private final List<Stopping> left = new ArrayList<>();

    LeftHooks(Surroundings around, Loop loop, ServiceDirectory directory) {
        this.around = around;
        this.loop = loop;
        this.directory = directory;
    }

    /** Some are not gone yet. */
    boolean busy() {
        return !this.left.isEmpty();
    }

    /**
     * @param gone runs later, when nothing is left of them
     * @return false when there is nothing to be waited for
     */
    boolean end(Runnable gone) {
        List<RunningProcess> found = new ArrayList<>();
        for (String token : this.directory.readHooks()) {
            Optional<RunningProcess> hook = this.around.processes()
                .find(new ProcessIdentity(token, null), this.directory.exitRecord());
            hook.ifPresent(found::add);
        }
        if (found.isEmpty()) {
            return false;
        }
        for (RunningProcess hook : found) {
            log.info("Hook of an earlier run of the node is ended: directory={} pid={}", this.directory.path(),
                    hook.pid());
            this.left.add(stopping(hook, gone));
        }
        List.copyOf(this.left).forEach((stopping) -> stopping.begin("TERM", GRACE));
        return true;
    }

    private Stopping stopping(RunningProcess hook, Runnable gone) {
        // Another task, since a hook may be gone before the next one is told to end.
        Stopping[] self = new Stopping[1];
        self[0] = new Stopping(this.loop, hook, () -> this.loop.execute(() -> {
            if (this.left.remove(self[0]) && this.left.isEmpty()) {
                forget();
                gone.run();
            }
        }));
        return self[0];
    }

    private void forget() {
        try {
            this.directory.writeHooks(List.of());
        }
        catch (IOException ex) {
            log.warn("Note of hooks that are gone stays: directory={} reason={}", this.directory.path(), ex.toString());
        }
    }

    /** The next run of the node ends them. */
    void abandon() {
        this.left.forEach(Stopping::abandon);
        this.left.clear();
    }

}
