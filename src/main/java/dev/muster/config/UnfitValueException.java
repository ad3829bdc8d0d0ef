package dev.muster.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A text is well formed, but says something that a tree cannot hold. */
final class UnfitValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> path;

    UnfitValueException(List<String> path, String problem) {
        super(problem, null, false, false);
        this.path = List.copyOf(path);
    }

    List<String> path() {
        return this.path;
    }

    /** The path as people write it; null at the root. */
    @Nullable String key() {
        return this.path.isEmpty() ? null : Literal.path(this.path);
    }

}
