package dev.muster.gateway;

import java.util.Optional;

import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;

/**
 * That a group runs, or would run, another release of its package.
 *
 * @param before null where nothing said which one
 */
record ReleaseLine(@Nullable String before, String after) {

    /** Null where it is the same, or nothing is said of one. */
    static @Nullable ReleaseLine of(Optional<PackageIdent> before, Optional<PackageIdent> after) {
        return after.filter((now) -> !before.equals(Optional.of(now)))
            .map((now) -> new ReleaseLine(before.map(PackageIdent::toString).orElse(null), now.toString()))
            .orElse(null);
    }

    /**
     * What an automatic change of release says of what was before, where its base does
     * not.
     */
    static @Nullable ReleaseLine of(Optional<PackageIdent> before, Optional<PackageIdent> replaced,
            Optional<PackageIdent> after) {
        return of(before.or(() -> replaced), after);
    }

}
