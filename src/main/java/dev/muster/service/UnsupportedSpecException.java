package dev.muster.service;

/** A spec asks for something that this version cannot do; nothing was written. */
public class UnsupportedSpecException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnsupportedSpecException(String message) {
        super(message);
    }

}
