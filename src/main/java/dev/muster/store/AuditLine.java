package dev.muster.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of the audit log: a JSON object that begins with its number and the hash of
 * the line before it.
 *
 * @param number counted from 0
 * @param previous SHA-256 of the line before, 64 hexadecimal digits; zeros for the first
 * @param text all of it, without its end
 */
record AuditLine(long number, String previous, String text) {

    static final String NONE = "0".repeat(64);

    private static final String NUMBER = "line";

    private static final String PREVIOUS = "previous";

    private static final JsonMapper JSON = new JsonMapper();

    static AuditLine of(long number, String previous, Map<String, ? extends @Nullable Object> content) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put(NUMBER, number);
        all.put(PREVIOUS, previous);
        all.putAll(content);
        return new AuditLine(number, previous, JSON.writeValueAsString(all));
    }

    /**
     * @throws IllegalArgumentException when it is no line of an audit log
     */
    static AuditLine parse(String text) {
        try {
            JsonNode all = JSON.readTree(text);
            JsonNode number = all.get(NUMBER);
            JsonNode previous = all.get(PREVIOUS);
            if (number == null || !number.isIntegralNumber() || previous == null || !previous.isString()) {
                throw new IllegalArgumentException("it has no number, or no hash of the line before it");
            }
            return new AuditLine(number.asLong(), previous.asString(), text);
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException("it is not JSON", ex);
        }
    }

    /** What the line after it has to name. */
    String hash() {
        return hash(this.text);
    }

    static String hash(String text) {
        try {
            return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

}
