package dev.muster.archive;

import java.util.List;

import dev.muster.pack.PackageIdent;

/** What is there now stands against it; the message says what to do first. */
public final class PackageConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<PackageIdent> releases;

    PackageConflictException(String message, List<PackageIdent> releases) {
        super(message);
        this.releases = List.copyOf(releases);
    }

    /** The releases that are meant, or that stand against it. */
    public List<PackageIdent> releases() {
        return this.releases;
    }

}
