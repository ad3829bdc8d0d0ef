package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.muster.loop.Loop;
import dev.muster.pack.UnusablePackageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the hooks of one service as its package and its spec say. Lives on the service's
 * loop.
 */
final class Hooks {

    private static final Logger notes = LoggerFactory.getLogger(Hooks.class);

    private final Surroundings around;

    private final Loop loop;

    private final ServiceDirectory directory;

    private final ServiceLog log;

    private final Supplier<Order> order;

    /** Tokens of those that run. */
    private final Set<String> running = new LinkedHashSet<>();

    /**
     * @param order by what the service runs, asked at each start of a hook
     */
    Hooks(Surroundings around, Loop loop, ServiceDirectory directory, ServiceLog log, Supplier<Order> order) {
        this.around = around;
        this.loop = loop;
        this.directory = directory;
        this.log = log;
        this.order = order;
    }

    /**
     * Starts a hook that is in its place.
     * @param done hears of the end, later
     * @throws StartException when it cannot be started; {@code done} hears nothing
     */
    HookRun start(Hook hook, Prepared from, Consumer<HookRun.Result> done) throws StartException {
        return start(hook, from, this.directory.path(), done);
    }

    /**
     * Starts a hook that lies elsewhere.
     * @param home the directory that has it in {@code hooks/}, where it is run
     */
    HookRun start(Hook hook, Prepared from, Path home, Consumer<HookRun.Result> done) throws StartException {
        Order now = this.order.get();
        Duration timeout = now.spec().hookTimeouts().getOrDefault(hook, hook.timeout());
        Launch launch = launch(hook, from, home);
        try {
            // A node that follows one that was killed ends what nobody waits for.
            this.running.add(launch.token());
            note();
            return HookRun.start(this.around, this.loop, now.group(), this.log, hook, launch, timeout,
                    mayRepeat(from, now), (result) -> {
                        ended(launch);
                        done.accept(result);
                    });
        }
        catch (IOException ex) {
            ended(launch);
            throw new StartException(hook.fileName() + " hook cannot be started: " + ex.getMessage());
        }
    }

    /** A hook may print all that it can read. */
    private static boolean mayRepeat(Prepared from, Order order) {
        return !from.rendering().encrypted() && order.files().files().stream().noneMatch(GroupFile::encrypted)
                && order.applied().flatMap(AppliedConfig::encrypted).isEmpty();
    }

    private void ended(Launch launch) {
        this.running.remove(launch.token());
        note();
    }

    private void note() {
        try {
            this.directory.writeHooks(this.running);
        }
        catch (IOException ex) {
            notes.warn("Hooks that run are not noted, so they would outlive a killed node: directory={} reason={}",
                    this.directory.path(), ex.toString());
        }
    }

    /**
     * A launch of the service itself, or of another hook.
     * @throws StartException when a package that it needs is damaged
     */
    Launch launch(Hook hook, Prepared from) throws StartException {
        return launch(hook, from, this.directory.path());
    }

    private Launch launch(Hook hook, Prepared from, Path home) throws StartException {
        String prefix = (hook == Hook.RUN) ? "" : hook.fileName() + ".";
        String token = "%016x%016x".formatted(this.around.random().nextLong(), this.around.random().nextLong());
        return new Launch(List.of(home.resolve("hooks").resolve(hook.fileName()).toString()), environment(from), home,
                this.directory.log(prefix + "stdout"), this.directory.log(prefix + "stderr"), from.runAs(), token,
                (hook == Hook.RUN) ? Optional.of(this.directory.exitRecord()) : Optional.empty(),
                (hook == Hook.RUN && this.order.get().spec().fenced())
                        ? Optional.of(new Launch.Fence(this.directory.lease(), from.pack().shutdownSignal()))
                        : Optional.empty());
    }

    /** Whether this member leads in that role now. */
    boolean leads(Role role) {
        return role.equals(Role.of(this.around.context().election(this.order.get().group())));
    }

    private Map<String, String> environment(Prepared from) throws StartException {
        try {
            Map<String, String> environment = ServiceEnvironment.of(this.around.environment(), from.pack(),
                    this.around.packages().searchPath(from.pack()), from.runAs().account());
            if (this.order.get().spec().topology() == Topology.LEADER) {
                // Of now, and not of when its files were rendered.
                Role role = Role.of(this.around.context().election(this.order.get().group()));
                environment.put(ServiceEnvironment.ELECTION_ROLE, role.leads() ? "leader" : "follower");
                environment.put(ServiceEnvironment.ELECTION_TERM, String.valueOf(role.term()));
            }
            return environment;
        }
        catch (UnusablePackageException ex) {
            throw new StartException(ex.getMessage());
        }
    }

}
