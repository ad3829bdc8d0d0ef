package dev.muster.gateway;

/** A node goes on, since no other process could take its place. */
public final class RestartRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RestartRefusedException(String message) {
        super(message);
    }

}
