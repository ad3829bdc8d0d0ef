package dev.muster.archive;

import dev.muster.pack.PackageIdent;

/**
 * A hook of the package itself did not end with 0. It may do so the next time, once what
 * it complains about is changed.
 */
public final class HookFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient PackageIdent ident;

    private final transient InstallHooks.Outcome outcome;

    HookFailedException(PackageIdent ident, String what, InstallHooks.Outcome outcome) {
        super(what + ": it " + outcome.ending()
                + (outcome.output().isBlank() ? " and wrote nothing" : " and wrote:\n" + outcome.output().strip()));
        this.ident = ident;
        this.outcome = outcome;
    }

    public PackageIdent ident() {
        return this.ident;
    }

    public InstallHooks.Outcome outcome() {
        return this.outcome;
    }

}
