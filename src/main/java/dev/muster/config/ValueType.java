package dev.muster.config;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** The kinds of values that a configuration has. */
public enum ValueType {

    TEXT("a text"), INTEGER("an integer"), REAL("a floating-point number"), BOOLEAN("true or false"),
    TIME("a date or time"), LIST("a list"), TABLE("a table");

    private final String words;

    ValueType(String words) {
        this.words = words;
    }

    /** As people read it, with its article. */
    public String words() {
        return this.words;
    }

    static ValueType of(Object value) {
        if (value instanceof CharSequence) {
            return TEXT;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof BigInteger) {
            return INTEGER;
        }
        if (value instanceof Number) {
            return REAL;
        }
        if (value instanceof Boolean) {
            return BOOLEAN;
        }
        if (value instanceof List) {
            return LIST;
        }
        return (value instanceof Map) ? TABLE : TIME;
    }

    /** Whether a value of this type serves where the other one is usual. */
    boolean serves(ValueType usual) {
        return this == usual || this == INTEGER && usual == REAL;
    }

}
