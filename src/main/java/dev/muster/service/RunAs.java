package dev.muster.service;

import java.util.Optional;

import dev.muster.pack.InstalledPackage;

/**
 * As whom hooks and processes of a service run.
 *
 * @param switched whether that is another user than the node's own
 * @param lastResort whether it is root only because nobody else was there
 */
public record RunAs(Account account, boolean switched, boolean lastResort) {

    private static final String USUAL_USER = "hab";

    /**
     * The package's {@code SVC_USER}, else user {@code hab}, else root with a mark, which
     * {@link #objection} is still to judge. A node that is not root can run services as
     * itself only.
     * @throws StartException when the package names a user or group that is not there
     */
    static RunAs choose(Accounts accounts, InstalledPackage pack) throws StartException {
        Account self = accounts.self();
        if (!self.root()) {
            return new RunAs(self, false, false);
        }
        Optional<String> wanted = pack.serviceUser();
        if (wanted.isPresent()) {
            Optional<String> group = pack.serviceGroup();
            Account account = accounts.find(wanted.get(), group)
                .orElseThrow(() -> new StartException(
                        "user " + wanted.get() + group.map((name) -> " or group " + name).orElse("") + ", which "
                                + pack.ident() + " runs as, is not on this machine; create it"));
            return new RunAs(account, !account.root(), false);
        }
        return accounts.find(USUAL_USER, Optional.empty())
            .map((account) -> new RunAs(account, !account.root(), false))
            .orElseGet(() -> new RunAs(self, false, true));
    }

    /** Whom the package names and a node that is not root cannot become. */
    Optional<String> denied(InstalledPackage pack) {
        boolean own = !this.account.root() && !this.switched;
        return pack.serviceUser().filter((wanted) -> own && !wanted.equals(this.account.user()));
    }

    /**
     * Why nothing may be started as this user, with what to do; empty if it may.
     * @param rootAllowed whether the node lets services run as root
     */
    Optional<String> objection(boolean rootAllowed, InstalledPackage pack) {
        if (!this.account.root() || rootAllowed) {
            return Optional.empty();
        }
        String why = this.lastResort
                ? "for it names no user and there is no user hab on this machine; create one with"
                        + " 'useradd --system --user-group hab', or start the node with"
                : "which it names as its user; to let it, start the node with";
        return Optional.of(pack.ident() + " would run as root, " + why + " --allow-root-services");
    }

}
