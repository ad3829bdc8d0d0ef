package dev.muster.config;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Builds a tree from the tokens of a TOML or JSON text. */
final class TreeReader {

    static final String TOO_DEEP = "tables and lists may lie in each other " + Toml.MAX_NESTING
            + " deep, here are more";

    private final JsonParser parser;

    /** The keys that lead to what is being read. */
    private final Deque<String> path = new ArrayDeque<>();

    private int nesting;

    TreeReader(JsonParser parser) {
        this.parser = parser;
    }

    Map<String, Object> read() {
        if (this.parser.nextToken() != JsonToken.START_OBJECT) {
            throw unfit("a configuration is an object, as {\"port\": 6379}");
        }
        Map<String, Object> tree = table();
        if (this.parser.nextToken() != null) {
            throw unfit("more text follows after the end of the object");
        }
        return tree;
    }

    private Map<String, Object> table() {
        Map<String, Object> table = new LinkedHashMap<>();
        while (this.parser.nextToken() != JsonToken.END_OBJECT) {
            String key = this.parser.currentName();
            this.path.addLast(key);
            requireUnicode(key);
            table.put(key, value(this.parser.nextToken()));
            this.path.removeLast();
        }
        return Collections.unmodifiableMap(table);
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        for (JsonToken token = this.parser.nextToken(); token != JsonToken.END_ARRAY; token = this.parser.nextToken()) {
            list.add(value(token));
        }
        return Collections.unmodifiableList(list);
    }

    private Object value(@Nullable JsonToken token) {
        if (token == null) {
            throw unfit("the text ends before its value");
        }
        return switch (token) {
            case START_OBJECT -> {
                enter();
                Map<String, Object> table = table();
                this.nesting--;
                yield table;
            }
            case START_ARRAY -> {
                enter();
                List<Object> list = list();
                this.nesting--;
                yield list;
            }
            case VALUE_STRING -> requireUnicode(this.parser.getString());
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> real();
            case VALUE_EMBEDDED_OBJECT -> this.parser.getEmbeddedObject();
            case VALUE_NULL -> throw unfit("null is no value; leave the key out instead");
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE ->
                throw new IllegalStateException("A parser gives " + token + " where a value belongs");
        };
    }

    private void enter() {
        this.nesting++;
        if (this.nesting > Toml.MAX_NESTING) {
            throw unfit(TOO_DEEP);
        }
    }

    private Object integer() {
        BigInteger number = this.parser.getBigIntegerValue();
        return (number.bitLength() < Long.SIZE) ? (Object) number.longValue() : number;
    }

    private Double real() {
        Number read = this.parser.getNumberValue();
        double number = read.doubleValue();
        boolean named = read instanceof Double && this.parser.getString().chars().noneMatch(Character::isDigit);
        if (Double.isInfinite(number) && !named) {
            throw unfit("the number is too large for a 64-bit floating-point number");
        }
        // Adding zero turns -0.0, which not every reader tells from 0.0, into 0.0.
        return number + 0.0;
    }

    private String requireUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            }
            else if (Character.isSurrogate(text.charAt(i))) {
                throw unfit("a text holds half a character (U+%04X)".formatted((int) text.charAt(i)));
            }
        }
        return text;
    }

    private UnfitValueException unfit(String problem) {
        return new UnfitValueException(List.copyOf(this.path), problem);
    }

}
