package dev.muster.group;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** A name that is none. Trying again does not help; the suggestion may. */
public final class InvalidNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String value;

    private final @Nullable String suggestion;

    InvalidNameException(String value, String message, @Nullable String suggestion) {
        super((suggestion != null) ? message + "; did you mean " + suggestion + "?" : message);
        this.value = value;
        this.suggestion = suggestion;
    }

    public String value() {
        return this.value;
    }

    public Optional<String> suggestion() {
        return Optional.ofNullable(this.suggestion);
    }

}
