package dev.muster.gateway;

import java.net.URI;
import java.util.Locale;

import org.springframework.http.HttpStatus;

/**
 * What can go wrong with a request; the command line's exit codes go by these (RFC 9457).
 */
public enum ProblemType {

    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR),

    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),

    STORAGE_FULL(HttpStatus.INSUFFICIENT_STORAGE),

    BAD_REQUEST(HttpStatus.BAD_REQUEST),

    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED),

    PRECONDITION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED),

    UNAUTHORIZED(HttpStatus.UNAUTHORIZED),

    FORBIDDEN(HttpStatus.FORBIDDEN),

    TOO_MANY_ATTEMPTS(HttpStatus.TOO_MANY_REQUESTS),

    NOT_FOUND(HttpStatus.NOT_FOUND),

    CONFLICT(HttpStatus.CONFLICT),

    REVISION_MISMATCH(HttpStatus.PRECONDITION_FAILED),

    INVALID_SYNTAX(HttpStatus.BAD_REQUEST),

    INVALID_NAME(HttpStatus.BAD_REQUEST),

    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),

    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),

    INVALID_CONFIG(HttpStatus.UNPROCESSABLE_CONTENT);

    private final HttpStatus status;

    ProblemType(HttpStatus status) {
        this.status = status;
    }

    HttpStatus status() {
        return this.status;
    }

    /** The last part of {@link #uri}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    URI uri() {
        return URI.create("urn:muster:problem:" + word());
    }

}
