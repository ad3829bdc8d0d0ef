package dev.muster.shell;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value. Read and written with Jackson's streams alone: its mapper would cost a
 * command more than the rest of it.
 *
 * @param value map, list, string, number, boolean or null
 */
record Json(@Nullable Object value) {

    private static final JsonFactory FACTORY = new JsonFactory();

    static Json parse(String text) {
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            in.nextToken();
            return new Json(value(in));
        }
    }

    private static @Nullable Object value(JsonParser in) {
        JsonToken token = in.currentToken();
        if (token == null) {
            return null;
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    members.put(name, value(in));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(in));
                }
                yield elements;
            }
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** As text with two blanks of indentation, for people and programs alike. */
    static String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            out.writeStartObject();
            members.forEach((name, member) -> {
                out.writeName(String.valueOf(name));
                write(out, member);
            });
            out.writeEndObject();
        }
        else if (value instanceof List<?> elements) {
            out.writeStartArray();
            elements.forEach((element) -> write(out, element));
            out.writeEndArray();
        }
        else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        }
        else if (value instanceof Number number) {
            out.writeNumber(number.toString());
        }
        else if (value == null) {
            out.writeNull();
        }
        else {
            out.writeString(value.toString());
        }
    }

    /** The members of an object; none where this is something else. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (this.value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), member));
        }
        return members;
    }

    Json get(String name) {
        return new Json((this.value instanceof Map<?, ?> map) ? map.get(name) : null);
    }

    /** The elements of an array; none where this is something else. */
    List<Json> elements() {
        return (this.value instanceof List<?> list) ? list.stream().map(Json::new).toList() : List.of();
    }

    /** This member as text; empty where it is missing or null. */
    String text(String name) {
        Object member = get(name).value();
        return (member != null) ? member.toString() : "";
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(get(name).value());
    }

}
