package dev.muster.service;

import java.util.List;

import dev.muster.config.Finding;
import dev.muster.config.TextPlace;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.UnusablePackageException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a layer that came encrypted against the package's schema: nobody on its way could
 * do that.
 */
final class EncryptedLayer {

    private static final int MOST_TOLD = 3;

    /** What was found right last: a schema takes a while to be read. */
    private @Nullable Checked last;

    /**
     * @throws StartException when it cannot be read, or is not as the schema says
     */
    void check(AppliedConfig config, Encrypted encrypted, InstalledPackage pack) throws StartException {
        if (encrypted.problem().isPresent()) {
            throw new StartException(encrypted.problem().get().why());
        }
        Checked now = new Checked(config.contentHash(), pack.path().toString());
        if (now.equals(this.last) || !pack.hasSchema()) {
            return;
        }
        try {
            List<Finding> errors = pack.keyRules()
                .check(config.layer())
                .stream()
                .filter((finding) -> finding.kind() != Finding.Kind.WARNING)
                .toList();
            if (!errors.isEmpty()) {
                throw new StartException(complaint(config, encrypted, pack, errors));
            }
        }
        catch (UnusablePackageException ex) {
            throw new StartException(ex.getMessage());
        }
        this.last = now;
    }

    private static String complaint(AppliedConfig config, Encrypted encrypted, InstalledPackage pack,
            List<Finding> errors) {
        StringBuilder text = new StringBuilder("revision " + config.revisionId() + ", " + encrypted.by()
                + ", is not as the schema of " + pack.ident() + " says: ");
        for (int i = 0; i < Math.min(MOST_TOLD, errors.size()); i++) {
            Finding finding = errors.get(i);
            TextPlace place = encrypted.place(finding.key());
            text.append((i > 0) ? "; " : "")
                .append("line ")
                .append(place.line())
                .append(", column ")
                .append(place.column())
                .append((finding.kind() == Finding.Kind.UNKNOWN_KEY) ? ": a key that it does not know"
                        : ": a value that it does not allow");
        }
        if (errors.size() > MOST_TOLD) {
            text.append("; and ").append(errors.size() - MOST_TOLD).append(" more");
        }
        return text.toString();
    }

    private record Checked(String contentHash, String pack) {
    }

}
