package dev.muster.service;

/**
 * A service would run as root on a node that does not allow that; nothing was written.
 */
public class RootRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RootRefusedException(String message) {
        super(message);
    }

}
