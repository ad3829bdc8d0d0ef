package dev.muster.bench;

/**
 * The measurement cannot be made or was not finished; the message says why and what to
 * do.
 */
final class BenchFailure extends Exception {

    private static final long serialVersionUID = 1L;

    BenchFailure(String message) {
        super(message);
    }

    BenchFailure(String message, Throwable cause) {
        super(message, cause);
    }

}
