package dev.muster.node;

/** One of the gateways cannot listen where it was told to. */
final class AddressInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AddressInUseException(String message, Throwable cause) {
        super(message, cause);
    }

}
