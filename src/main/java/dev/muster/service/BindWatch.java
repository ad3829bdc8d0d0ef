package dev.muster.service;

import java.util.Optional;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service is made of, or would be, and how it stands to the groups that it is
 * bound to. Lives on the service's loop.
 */
final class BindWatch {

    private static final Logger log = LoggerFactory.getLogger(BindWatch.class);

    private final Surroundings around;

    private final ServiceRun run;

    private Bindings now = Bindings.NONE;

    /** As the log was told last. */
    private Bindings told = Bindings.NONE;

    private Optional<InstalledPackage> found = Optional.empty();

    /** Whether what it would be made of is another package than what runs. */
    private boolean replacing;

    BindWatch(Surroundings around, ServiceRun run) {
        this.around = around;
        this.run = run;
    }

    Bindings now() {
        return this.now;
    }

    /**
     * Why a process that runs has to stay as it is: what comes after it would lack a
     * bind.
     */
    Optional<String> barrier() {
        boolean unfit = this.replacing && !this.now.missing().isEmpty();
        return unfit ? Optional.of(this.now.missing()) : this.now.barrier();
    }

    /** What it is made of; before anything was rendered what it would be. */
    Optional<InstalledPackage> pack() {
        return this.run.prepared().map(Prepared::pack).or(() -> this.found);
    }

    /**
     * @param ident what it would be made of
     * @param open whether the ring was asked: before that nobody is missed
     */
    void look(Wanted target, PackageIdent ident, boolean open) {
        ServiceSpec spec = target.spec();
        Optional<InstalledPackage> running = (this.run.state() == ProcessState.DOWN) ? Optional.empty()
                : this.run.prepared().map(Prepared::pack);
        boolean same = this.run.order().spec().ident().equals(spec.ident());
        Optional<InstalledPackage> staying = running.filter((pack) -> same && pack.ident().satisfies(ident));
        if (staying.isEmpty() && (target.up() || this.found.isEmpty())) {
            this.found = find(ident);
        }
        this.replacing = running.isPresent() && staying.isEmpty();
        if (!target.up() || (spec.binds().isEmpty() && staying.isPresent())) {
            this.now = Bindings.NONE;
            return;
        }
        this.now = staying.or(() -> this.found)
            .map((pack) -> Bindings.look(pack, spec, this.around.context(), this.run.keptBinds()))
            .orElse(Bindings.NONE);
        if (open) {
            this.now.news(this.told).forEach((bind) -> tell(target.group(), bind));
            this.told = this.now;
        }
    }

    /** A package that is missing, or cannot be used, is told of by the start. */
    private Optional<InstalledPackage> find(PackageIdent ident) {
        try {
            return Optional.of(this.around.packages().find(ident));
        }
        catch (PackageNotFoundException | UnusablePackageException ex) {
            return Optional.empty();
        }
    }

    private static void tell(String group, BindStatus bind) {
        if (bind.satisfied()) {
            log.info("Bind is satisfied: group={} bind={} of={} members={}", group, bind.name(), bind.group(),
                    bind.members());
        }
        else {
            log.info("Bind is not satisfied: group={} bind={} of={} lastDataKept={} reason=\"{}\"", group, bind.name(),
                    bind.group(), bind.kept(), bind.reason());
        }
    }

}
