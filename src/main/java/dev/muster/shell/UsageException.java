package dev.muster.shell;

/** A command line that does not follow the grammar; nothing was done. Exit code 2. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

}
