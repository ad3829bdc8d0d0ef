package dev.muster.group;

import java.util.List;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import org.jspecify.annotations.Nullable;

/** How a fact says which values of a layer are secret. */
final class SecretPaths {

    private SecretPaths() {
    }

    static @Nullable List<List<String>> of(Optional<SecretKeys> secrets) {
        return secrets.map((known) -> List.copyOf(known.paths())).orElse(null);
    }

    /**
     * @throws IllegalArgumentException when a path has nothing where a key belongs
     */
    static Optional<SecretKeys> read(@Nullable List<List<String>> paths) {
        if (paths == null) {
            return Optional.empty();
        }
        if (paths.stream().anyMatch((path) -> path == null || path.contains(null))) {
            throw new IllegalArgumentException("A path to a secret lacks a key");
        }
        return Optional.of(SecretKeys.of(paths));
    }

}
