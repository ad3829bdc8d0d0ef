package dev.muster.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** How single values and keys are written, the same on every Java. */
final class Literal {

    private static final int DIGITS_OF_A_DOUBLE = 17;

    private static final int LONGEST_PLAIN = 16;

    private static final int MOST_LEADING_ZEROS = 4;

    private Literal() {
    }

    /** A value as TOML: text is quoted. */
    static String toml(Object value) {
        return (value instanceof String text) ? quoted(text) : plain(value);
    }

    /**
     * A value as it stands in a rendered file: text as it is.
     * @throws IllegalArgumentException when it is of no type that a tree holds
     */
    static String plain(Object value) {
        if (value instanceof Double number) {
            return real(number);
        }
        if (value instanceof Float number) {
            return real(number.doubleValue());
        }
        if (value instanceof BigDecimal number) {
            return real(number.doubleValue());
        }
        if (value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Integer
                || value instanceof BigInteger || value instanceof Short || value instanceof Byte) {
            return value.toString();
        }
        if (value instanceof OffsetDateTime time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
        }
        if (value instanceof LocalDateTime time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
        }
        if (value instanceof LocalDate date) {
            return DateTimeFormatter.ISO_LOCAL_DATE.format(date);
        }
        if (value instanceof LocalTime time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
        }
        throw new IllegalArgumentException("A configuration holds no " + value.getClass().getName());
    }

    /**
     * The shortest digits that read back as the same number: plain for what people write,
     * with an exponent from 1e16 on and below 0.00001. {@link Double#toString} is not
     * used, because it gives other digits before Java 19, and a group of members on
     * different Javas would render different files.
     */
    private static String real(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return (number > 0) ? "inf" : "-inf";
        }
        if (number == 0) {
            return "0.0";
        }
        BigDecimal shortest = shortest(number);
        String digits = shortest.unscaledValue().abs().toString();
        String sign = (number < 0) ? "-" : "";
        int point = digits.length() - shortest.scale();
        if (point > LONGEST_PLAIN || point <= -MOST_LEADING_ZEROS - 1) {
            String rest = (digits.length() > 1) ? "." + digits.substring(1) : "";
            return sign + digits.charAt(0) + rest + "e" + (point - 1);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        if (digits.length() <= point) {
            return sign + digits + "0".repeat(point - digits.length()) + ".0";
        }
        return sign + digits.substring(0, point) + "." + digits.substring(point);
    }

    private static BigDecimal shortest(double number) {
        BigDecimal exact = new BigDecimal(number);
        for (int precision = 1; precision < DIGITS_OF_A_DOUBLE; precision++) {
            BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == number) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(DIGITS_OF_A_DOUBLE, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    }

    /** A key as TOML: bare where that is allowed. */
    static String key(String key) {
        boolean bare = !key.isEmpty() && key.chars()
            .allMatch((c) -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
                    || c == '-');
        return bare ? key : quoted(key);
    }

    static String path(List<String> keys) {
        return keys.stream().map(Literal::key).collect(Collectors.joining("."));
    }

    /** A text in double quotes, which TOML, JSON and YAML read alike. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7F && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                        quoted.append("\\u%04x".formatted((int) c));
                    }
                    else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

}
