package dev.muster.ring;

import org.jspecify.annotations.Nullable;

/** An introduction, or a message beside it, that must not be believed. */
final class MalformedHelloException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedHelloException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }

}
