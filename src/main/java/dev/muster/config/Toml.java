package dev.muster.config;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.toml.TomlFactory;
import tools.jackson.dataformat.toml.TomlReadFeature;

/**
 * Reads and writes <a href="https://toml.io/en/v1.0.0">TOML</a> 1.0; the few forms that
 * 1.1 adds are read too. A parsed text is a tree of unmodifiable maps, which keep the
 * order of the text, unmodifiable lists, and values:
 *
 * <ul>
 * <li>{@link String} and {@link Boolean};
 * <li>{@link Long}, and {@link java.math.BigInteger} only for what a long cannot hold;
 * <li>{@link Double}, also infinite and not a number; never a negative zero, and a number
 * too large for it is refused;
 * <li>{@link java.time.OffsetDateTime}, {@link java.time.LocalDateTime},
 * {@link java.time.LocalDate} and {@link java.time.LocalTime}.
 * </ul>
 *
 * Never null. Any thread may call this.
 */
public final class Toml {

    /** How many tables and lists may lie in each other below the root. */
    public static final int MAX_NESTING = 30;

    /** How many characters a number may have. */
    public static final int MAX_NUMBER_LENGTH = 100;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
        .maxNumberLength(MAX_NUMBER_LENGTH)
        .build();

    private static final TomlFactory TOML = TomlFactory.builder().streamReadConstraints(CONSTRAINTS).build();

    /** The factory forgets this feature when it is set there. */
    private static final ObjectReadContext WITH_DATES = new ObjectReadContext.Base() {

        @Override
        public int getFormatReadFeatures(int defaults) {
            return defaults | TomlReadFeature.PARSE_JAVA_TIME.getMask();
        }

    };

    private static final JsonFactory JSON = JsonFactory.builder()
        .streamReadConstraints(CONSTRAINTS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();

    private Toml() {
    }

    /**
     * Reads TOML. An empty text is an empty tree; a byte order mark at its start and line
     * ends of either kind are accepted.
     * @throws InvalidTomlException with place and reason
     */
    public static Map<String, Object> parse(String toml) {
        String text = toml.startsWith("\uFEFF") ? toml.substring(1) : toml;
        try (JsonParser parser = TOML.createParser(WITH_DATES, text)) {
            return new TreeReader(parser).read();
        }
        catch (JacksonException ex) {
            throw new TomlMistake(text).explain(ex);
        }
        catch (UnfitValueException ex) {
            TomlOutline.Statement statement = TomlOutline.of(text).closest(ex.path());
            throw new InvalidTomlException(statement.line(), statement.column(), ex.getMessage(), ex.key());
        }
    }

    /**
     * Where a value stands in a text that {@link #parse} takes: the statement that sets
     * it, or the table nearest around it.
     */
    public static TextPlace place(String toml, List<String> path) {
        TomlOutline.Statement statement = TomlOutline.of(toml).closest(path);
        return new TextPlace(statement.line(), statement.column());
    }

    /**
     * Reads a JSON object into a tree of the same kinds as {@link #parse}, without dates,
     * which JSON does not have. A null is refused: TOML cannot say it.
     * @throws InvalidTomlException with place and reason
     */
    public static Map<String, Object> parseJson(String json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            try {
                return new TreeReader(parser).read();
            }
            catch (JacksonException ex) {
                TokenStreamLocation at = ex.getLocation();
                throw invalidJson((at != null) ? at : parser.currentLocation(), notJson(ex.getOriginalMessage()),
                        key(parser, ex));
            }
            catch (UnfitValueException ex) {
                throw invalidJson(parser.currentTokenLocation(), ex.getMessage(), ex.key());
            }
        }
    }

    /**
     * Where a value stands in a text that {@link #parseJson} takes: the member that has
     * it, or the one nearest around it.
     */
    public static TextPlace placeInJson(String json, List<String> path) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return JsonOutline.closest(parser, path);
        }
    }

    /**
     * The member whose value is wrong; none where what is wrong stands between members.
     */
    private static @Nullable String key(JsonParser parser, JacksonException ex) {
        List<String> path = JsonOutline.path(parser.streamReadContext());
        boolean between = ex.getOriginalMessage().contains("to start property name")
                || ex.getOriginalMessage().contains("comma");
        return (path.isEmpty() || between) ? null : Literal.path(path);
    }

    /** A key that is there twice is named; values are not, they may be secret. */
    private static String notJson(String problem) {
        if (problem.startsWith("Unrecognized token")) {
            return "not JSON: text stands in quotes, and only true, false, null and numbers do not";
        }
        return "not JSON: " + (problem.startsWith("Duplicate") ? problem : TomlMistake.unquoted(problem));
    }

    private static InvalidTomlException invalidJson(TokenStreamLocation at, String problem, @Nullable String key) {
        return new InvalidTomlException(at.getLineNr(), Math.max(1, at.getColumnNr()), problem, key);
    }

    /**
     * Writes a tree: of each table first its values, then its tables, then its lists of
     * tables. Reading the text again gives an equal tree.
     * @throws IllegalArgumentException when the tree has a null, or a type that
     * {@link #parse} does not give
     */
    public static String write(Map<String, Object> tree) {
        return new TomlWriter().write(tree);
    }

}
