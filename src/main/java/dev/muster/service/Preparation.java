package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a service ready to be started: its package, its user, its files. */
final class Preparation {

    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final Surroundings around;

    private final ServiceDirectory directory;

    private final Renderer renderer;

    private boolean warned;

    /** A service that can be started, or one that runs. */
    record Prepared(InstalledPackage pack, RunAs runAs, Rendering rendering) {
    }

    Preparation(Surroundings around, ServiceDirectory directory) {
        this.around = around;
        this.directory = directory;
        this.renderer = new Renderer(around, directory);
    }

    /**
     * Takes the newest release that fits, renders it and puts the files in their place.
     * @param before names of the files rendered last
     * @throws StartException when something is missing or wrong; files in place are as
     * they were then, unless the disk itself failed
     */
    Prepared prepare(Order order, Collection<String> before) throws StartException {
        ServiceSpec spec = order.spec();
        checkSupported(spec);
        InstalledPackage pack = find(spec.ident());
        RunAs runAs = chooseUser(spec, pack);
        Prepared prepared = new Prepared(pack, runAs, this.renderer.render(order, pack, runAs.account()));
        put(prepared, before);
        checkWay(prepared);
        return prepared;
    }

    /** Renders once more from the release that runs. */
    Prepared again(Prepared running, Order order, Collection<String> before) throws StartException {
        Prepared prepared = new Prepared(running.pack(), running.runAs(),
                this.renderer.render(order, running.pack(), running.runAs().account()));
        put(prepared, before);
        return prepared;
    }

    /**
     * What a process that was taken back was prepared with, as far as that can be told;
     * writes nothing.
     * @param ident the release that runs, which need not be the newest one by now
     */
    Prepared recall(PackageIdent ident, Order order) throws StartException {
        InstalledPackage pack = find(ident);
        RunAs runAs = chooseUser(order.spec(), pack);
        return new Prepared(pack, runAs, this.renderer.render(order, pack, runAs.account()));
    }

    /**
     * @throws UnsupportedSpecException when the spec asks for what this version cannot do
     */
    static void requireSupported(ServiceSpec spec) {
        if (spec.topology() == Topology.LEADER) {
            throw new UnsupportedSpecException(
                    "topology leader is not there yet; load " + spec.name() + " with --topology standalone");
        }
        if (!spec.binds().isEmpty()) {
            throw new UnsupportedSpecException(
                    "binds are not there yet; load " + spec.name() + " without " + String.join(", ", spec.binds()));
        }
        if (spec.configFrom().isPresent()) {
            throw new UnsupportedSpecException("config_from is not there yet; load " + spec.name()
                    + " from a package instead of " + spec.configFrom().get());
        }
    }

    private static void checkSupported(ServiceSpec spec) throws StartException {
        try {
            requireSupported(spec);
        }
        catch (UnsupportedSpecException ex) {
            throw new StartException(ex.getMessage());
        }
    }

    private InstalledPackage find(PackageIdent ident) throws StartException {
        try {
            return this.around.packages().find(ident);
        }
        catch (PackageNotFoundException | UnusablePackageException ex) {
            throw new StartException(ex.getMessage());
        }
    }

    private RunAs chooseUser(ServiceSpec spec, InstalledPackage pack) throws StartException {
        RunAs runAs = RunAs.choose(this.around.accounts(), pack);
        if (runAs.lastResort() && !this.warned) {
            this.warned = true;
            log.warn("Service runs as root, since it names no user and there is no user hab: service={}", spec.name());
        }
        return runAs;
    }

    private void put(Prepared prepared, Collection<String> before) throws StartException {
        try {
            this.directory.create(prepared.runAs());
            this.directory.write(prepared.rendering(), prepared.runAs(), before);
        }
        catch (IOException ex) {
            throw new StartException("cannot write below " + this.directory.path() + ": " + ex);
        }
    }

    private void checkWay(Prepared prepared) throws StartException {
        if (!prepared.runAs().switched()) {
            return;
        }
        Account account = prepared.runAs().account();
        Path binaries = prepared.pack().path().resolve("bin");
        List<Path> needed = new ArrayList<>(List.of(this.directory.hook("run"), prepared.pack().path()));
        if (Files.isDirectory(binaries)) {
            needed.add(binaries);
        }
        Optional<Path> barrier = this.around.processes().barrier(account, needed);
        if (barrier.isPresent()) {
            throw new StartException("user " + account.user() + " cannot pass " + barrier.get()
                    + "; open it with chmod o+x, or choose another --root or package directory");
        }
    }

}
