package dev.muster.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.Options;
import com.github.jknack.handlebars.TagType;
import org.jspecify.annotations.Nullable;

/** Helpers that make a value of their arguments. */
final class ValueHelpers {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private ValueHelpers() {
    }

    static void addTo(Map<String, Helper<?>> helpers, Function<String, Optional<String>> packagePath) {
        add(helpers, "eq", 2, (arguments) -> same(arguments.get(0), arguments.get(1)));
        add(helpers, "ne", 2, (arguments) -> !same(arguments.get(0), arguments.get(1)));
        add(helpers, "gt", 2, (arguments) -> compare(arguments, (order) -> order > 0));
        add(helpers, "gte", 2, (arguments) -> compare(arguments, (order) -> order >= 0));
        add(helpers, "lt", 2, (arguments) -> compare(arguments, (order) -> order < 0));
        add(helpers, "lte", 2, (arguments) -> compare(arguments, (order) -> order <= 0));
        add(helpers, "and", -1, (arguments) -> arguments.stream().allMatch(TreeText::isTrue));
        add(helpers, "or", -1, (arguments) -> arguments.stream().anyMatch(TreeText::isTrue));
        add(helpers, "not", 1, (arguments) -> !TreeText.isTrue(arguments.get(0)));
        add(helpers, "len", 1, (arguments) -> length(arguments.get(0)));
        add(helpers, "lookup", 2, (arguments) -> lookup(arguments.get(0), arguments.get(1)));
        // What a template logs could be a secret, and no output depends on it.
        add(helpers, "log", 0, (arguments) -> "");
        add(helpers, "toUppercase", 1, (arguments) -> text("toUppercase", arguments.get(0)).toUpperCase(Locale.ROOT));
        add(helpers, "toLowercase", 1, (arguments) -> text("toLowercase", arguments.get(0)).toLowerCase(Locale.ROOT));
        add(helpers, "strReplace", 3, (arguments) -> text("strReplace", arguments.get(0))
            .replace(text("strReplace", arguments.get(1)), text("strReplace", arguments.get(2))));
        add(helpers, "strJoin", 2, ValueHelpers::join);
        add(helpers, "strConcat", -1,
                (arguments) -> arguments.stream().map(ValueHelpers::part).collect(Collectors.joining()));
        add(helpers, "toJson", 1, (arguments) -> TreeText.json(arguments.get(0)));
        add(helpers, "toYaml", 1, (arguments) -> TreeText.yaml(arguments.get(0)));
        add(helpers, "toToml", 1, (arguments) -> toml(arguments.get(0)));
        add(helpers, "pkgPathFor", 1, (arguments) -> path(packagePath, text("pkgPathFor", arguments.get(0))));
    }

    /**
     * Adds a helper.
     * @param count of its arguments; negative: at least so many; zero: any
     */
    private static void add(Map<String, Helper<?>> helpers, String name, int count,
            Function<List<@Nullable Object>, @Nullable Object> value) {
        helpers.put(name, (first, options) -> {
            List<@Nullable Object> arguments = arguments(first, options);
            if (count > 0 && arguments.size() != count || count < 0 && arguments.size() < -count) {
                throw new IllegalArgumentException(name + " takes " + ((count < 0) ? "at least " : "") + Math.abs(count)
                        + ((Math.abs(count) == 1) ? " value" : " values") + ", found " + arguments.size());
            }
            Object result = value.apply(arguments);
            return (options.tagType == TagType.SECTION) ? BlockHelpers.choose(TreeText.isTrue(result), options)
                    : result;
        });
    }

    private static List<@Nullable Object> arguments(@Nullable Object first, Options options) {
        List<@Nullable Object> arguments = new ArrayList<>();
        Integer count = options.data(Context.PARAM_SIZE);
        // Without any argument the library hands over what the block stands on.
        if (count == null || count > 0) {
            arguments.add(first);
            arguments.addAll(Arrays.asList(options.params));
        }
        return arguments;
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number && right instanceof Number) {
            OptionalInt order = order(left, right);
            return order.isPresent() && order.getAsInt() == 0;
        }
        return Objects.equals(left, right);
    }

    private static boolean compare(List<@Nullable Object> arguments, IntPredicate wanted) {
        OptionalInt order = order(arguments.get(0), arguments.get(1));
        return order.isPresent() && wanted.test(order.getAsInt());
    }

    /**
     * Numbers by value, also where one of the two is written as text; texts by their
     * characters, false before true; nothing else has an order.
     */
    private static OptionalInt order(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number first && right instanceof Number second) {
            if (isFinite(first) && isFinite(second)) {
                return OptionalInt.of(exact(first).compareTo(exact(second)));
            }
            return (Double.isNaN(first.doubleValue()) || Double.isNaN(second.doubleValue())) ? OptionalInt.empty()
                    : OptionalInt.of(Double.compare(first.doubleValue(), second.doubleValue()));
        }
        if (left instanceof String first && right instanceof String second) {
            return OptionalInt.of(first.compareTo(second));
        }
        if (left instanceof Boolean first && right instanceof Boolean second) {
            return OptionalInt.of(first.compareTo(second));
        }
        if (left instanceof Number && right instanceof String second && NUMBER.matcher(second).matches()) {
            return order(left, new BigDecimal(second));
        }
        if (left instanceof String first && NUMBER.matcher(first).matches() && right instanceof Number) {
            return order(new BigDecimal(first), right);
        }
        return OptionalInt.empty();
    }

    private static boolean isFinite(Number number) {
        return number instanceof BigInteger || number instanceof BigDecimal || Double.isFinite(number.doubleValue());
    }

    private static BigDecimal exact(Number number) {
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        return (number instanceof Double || number instanceof Float) ? BigDecimal.valueOf(number.doubleValue())
                : BigDecimal.valueOf(number.longValue());
    }

    private static Long length(@Nullable Object value) {
        if (value instanceof Map<?, ?> table) {
            return (long) table.size();
        }
        if (value instanceof List<?> list) {
            return (long) list.size();
        }
        return (value instanceof String text) ? (long) text.codePointCount(0, text.length()) : 0L;
    }

    private static @Nullable Object lookup(@Nullable Object value, @Nullable Object key) {
        if (value instanceof List<?> list && key instanceof Number index) {
            return (index.longValue() >= 0 && index.longValue() < list.size()) ? list.get(index.intValue()) : null;
        }
        return (value instanceof Map<?, ?> table && key != null) ? table.get(TreeText.plain(key)) : null;
    }

    private static String join(List<@Nullable Object> arguments) {
        if (!(arguments.get(0) instanceof List<?> list)) {
            throw new IllegalArgumentException("strJoin takes a list and a separator, not " + kind(arguments.get(0)));
        }
        String separator = text("strJoin", arguments.get(1));
        return list.stream()
            .filter((item) -> !(item instanceof Map))
            .map(ValueHelpers::part)
            .collect(Collectors.joining(separator));
    }

    /** As Habitat has it, a table adds nothing. */
    private static String part(@Nullable Object value) {
        return (value instanceof Map) ? "" : TreeText.plain(value);
    }

    private static String toml(@Nullable Object value) {
        if (value instanceof Map<?, ?> table) {
            return new TomlWriter().write(table);
        }
        return (value == null) ? "" : TomlWriter.inline(value);
    }

    private static String text(String helper, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(helper + " takes a text, not " + kind(value));
    }

    private static String kind(@Nullable Object value) {
        if (value == null) {
            return "a missing value";
        }
        return (value instanceof Map) ? "a table"
                : (value instanceof List) ? "a list" : "'" + TreeText.plain(value) + "'";
    }

    /** What is no ident is not quoted: it may come from the configuration. */
    private static String path(Function<String, Optional<String>> packagePath, String ident) {
        try {
            return packagePath.apply(ident).orElse("");
        }
        catch (IllegalArgumentException ex) {
            throw new IllegalArgumentException("pkgPathFor takes the ident of a package, as core/redis", ex);
        }
    }

}
