package dev.muster.service;

/**
 * Why a service cannot be started now: for its status, in a reader's words. It is tried
 * again, since a person may set it right.
 */
class StartException extends Exception {

    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }

}
