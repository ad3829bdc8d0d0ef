package dev.muster.service;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

import dev.muster.loop.Loop;

/**
 * The services of one member of a simulated ring: real ones, over processes that are
 * none, and that outlive the node.
 */
public final class ServicesOfMember {

    private final Bench bench;

    /**
     * @param root of the member; packages are in {@code pkgs} below it
     * @param started hears the name of a service whose process is about to start
     */
    public ServicesOfMember(Path root, Map<String, String> environment, Consumer<String> started) {
        this.bench = new Bench(root);
        this.bench.environment.putAll(environment);
        this.bench.processes.onStart = (launch) -> {
            if (launch.command().get(0).endsWith("/hooks/run")) {
                started.accept(launch.command().get(0).replaceAll(".*/svc/([^/]+)/hooks/run", "$1"));
            }
        };
    }

    public Path packages() {
        return this.bench.pkgs();
    }

    /** Another life of the node. */
    public Services boot(Loop loop, ServiceContext context, Consumer<ServiceStatus> reports) {
        this.bench.services = new Services(this.bench.surroundings(context, (name) -> loop, reports));
        return this.bench.services;
    }

    public Services services() {
        return this.bench.services;
    }

    /** All processes end. */
    public void kill() {
        this.bench.processes.living("run").forEach((process) -> process.exit(137));
    }

    /** Whether a service has a process. */
    public boolean runs(String service) {
        return this.bench.processes.living("run")
            .stream()
            .anyMatch((process) -> process.launch.command().get(0).contains("/svc/" + service + "/"));
    }

}
