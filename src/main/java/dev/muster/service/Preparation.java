package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.config.Layer;
import dev.muster.config.SecretKeys;
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

    private boolean warnedOfReload;

    Preparation(Surroundings around, ServiceDirectory directory) {
        this.around = around;
        this.directory = directory;
        this.renderer = new Renderer(around, directory);
    }

    /** What the process has of the groups that its service is bound to. */
    KeptBinds keptBinds() {
        return this.renderer.keptBinds();
    }

    /**
     * Takes the release that is asked for, or the newest that fits, and renders it;
     * nothing is written.
     * @throws StartException when something is missing or wrong
     */
    Prepared prepare(Order order) throws StartException {
        ServiceSpec spec = order.spec();
        InstalledPackage pack = configured(find(order.ident()), spec);
        if (pack.hooks().containsKey(Hook.FORMER_RECONFIGURE) && !this.warnedOfReload) {
            this.warnedOfReload = true;
            log.warn("Hook is not run, name it reconfigure: service={} hook={}", spec.name(), Hook.FORMER_RECONFIGURE);
        }
        RunAs runAs = chooseUser(spec, pack);
        requireAllowed(runAs, pack);
        return new Prepared(pack, runAs, this.renderer.render(order, pack, runAs.account()));
    }

    /** Renders once more from the release that runs. */
    Prepared again(Prepared running, Order order) throws StartException {
        return new Prepared(running.pack(), running.runAs(),
                this.renderer.render(order, running.pack(), running.runAs().account()));
    }

    /** Whether a release is on this node. */
    boolean isInstalled(PackageIdent release) {
        return this.around.packages().locate(release).isPresent();
    }

    /**
     * What a process that was taken back was prepared with, as far as that can be told;
     * writes nothing. It is taken back also where it could not be started now.
     * @param ident the release that runs, which need not be the newest one by now
     */
    Prepared recall(PackageIdent ident, Order order) throws StartException {
        InstalledPackage pack = configured(find(ident), order.spec());
        RunAs runAs = chooseUser(order.spec(), pack);
        return new Prepared(pack, runAs, this.renderer.render(order, pack, runAs.account()));
    }

    /**
     * Whether it could be started, or started anew.
     * @throws StartException when the node does not allow its user
     */
    void requireAllowed(Prepared prepared) throws StartException {
        requireAllowed(prepared.runAs(), prepared.pack());
    }

    private void requireAllowed(RunAs runAs, InstalledPackage pack) throws StartException {
        Optional<String> objection = runAs.objection(this.around.rootAllowed(), pack);
        if (objection.isPresent()) {
            throw new StartException(objection.get());
        }
    }

    /**
     * What ran last, with the files that are still in their place; empty when it was
     * another package, or somebody changed one of them.
     */
    Optional<Prepared> last(Order order, RunState known) {
        Optional<PackageIdent> release = known.ident().filter((ident) -> ident.satisfies(order.spec().ident()));
        if (release.isEmpty() || order.spec().configFrom().isPresent()) {
            return Optional.empty();
        }
        try {
            InstalledPackage pack = find(release.get());
            Optional<Rendering> files = this.directory.rendering(known.taken(),
                    order.applied().flatMap(AppliedConfig::encrypted).isPresent());
            if (files.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Prepared(pack, chooseUser(order.spec(), pack), files.get()));
        }
        catch (StartException | IOException ex) {
            log.warn("The files that a service ran with cannot be used: service={} reason={}", order.spec().name(),
                    ex.getMessage());
            return Optional.empty();
        }
    }

    /**
     * As {@link #recall}, from what may be shown of the configuration; such files are for
     * people to look at, and are never put in place.
     */
    Rendering recallShown(PackageIdent ident, Order order) throws StartException {
        InstalledPackage pack = configured(find(ident), order.spec());
        return this.renderer.renderShown(order, pack, chooseUser(order.spec(), pack).account());
    }

    /**
     * Of what the configuration of a release is merged now, the weakest first, as it may
     * be shown.
     * @throws StartException when one of them cannot be read
     */
    List<Layer> layers(PackageIdent ident, Order order) throws StartException {
        InstalledPackage pack = configured(find(ident), order.spec());
        SecretKeys secrets = Renderer.secrets(order, pack);
        return this.renderer.layers(order, pack)
            .stream()
            .map((layer) -> new Layer(layer.name(), secrets.redact(layer.tree()), layer.encrypted()))
            .toList();
    }

    private InstalledPackage configured(InstalledPackage pack, ServiceSpec spec) throws StartException {
        if (spec.configFrom().isEmpty()) {
            return pack;
        }
        Path directory = Path.of(spec.configFrom().get());
        if (!Files.isDirectory(directory)) {
            throw new StartException(
                    "config_from " + directory + " is no directory; make it, or load " + spec.name() + " without it");
        }
        try {
            return pack.configuredFrom(directory);
        }
        catch (UnusablePackageException ex) {
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
        Optional<String> denied = runAs.denied(pack);
        if (denied.isPresent() && !this.warned) {
            this.warned = true;
            log.warn("Service runs as the node's own user, since only a node of root can run one as another:"
                    + " service={} user={} named={}", spec.name(), runAs.account().user(), denied.get());
        }
        return runAs;
    }

    /**
     * @throws StartException when the user is not allowed, or cannot reach what it is to
     * run; files must be in their place
     */
    void checkWay(Prepared prepared) throws StartException {
        requireAllowed(prepared);
        if (!prepared.runAs().switched()) {
            return;
        }
        Account account = prepared.runAs().account();
        Path binaries = prepared.pack().path().resolve("bin");
        List<Path> needed = new ArrayList<>(List.of(this.directory.hook(Hook.RUN), prepared.pack().path()));
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
