package dev.muster.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.Options;
import com.github.jknack.handlebars.TagType;
import org.jspecify.annotations.Nullable;

/** The blocks of Habitat's templates. */
final class BlockHelpers {

    private BlockHelpers() {
    }

    static void addTo(Map<String, Helper<?>> helpers) {
        add(helpers, "if", (value, options) -> choose(holds(value, options), options));
        add(helpers, "unless", (value, options) -> choose(!holds(value, options), options));
        add(helpers, "with", BlockHelpers::with);
        add(helpers, "each", BlockHelpers::each);
        // Habitat counts @index from 1 here, by mistake; each and this count from 0.
        add(helpers, "eachAlive", (value, options) -> each(alive(value), options));
    }

    private static void add(Map<String, Helper<?>> helpers, String name, Helper<@Nullable Object> block) {
        Helper<@Nullable Object> checked = (value, options) -> {
            Integer count = options.data(Context.PARAM_SIZE);
            if (options.tagType != TagType.SECTION || count == null || count != 1) {
                throw new IllegalArgumentException(
                        name + " is a block and takes one value: {{#" + name + " value}}...{{/" + name + "}}");
            }
            return block.apply(value, options);
        };
        helpers.put(name, checked);
    }

    private static boolean holds(@Nullable Object value, Options options) {
        boolean includeZero = TreeText.isTrue(options.hash("includeZero"));
        return TreeText.isTrue(value) || includeZero && value instanceof Number number && number.doubleValue() == 0;
    }

    /**
     * Neither side is a scope of its own: {@code ../} in it means what it means around
     * it.
     */
    static CharSequence choose(boolean holds, Options options) throws IOException {
        return (holds ? options.fn : options.inverse).apply(options.context);
    }

    private static Object with(@Nullable Object value, Options options) throws IOException {
        if (!TreeText.isTrue(value)) {
            return choose(false, options);
        }
        return options.fn.apply(scope(options).inner(value, names(options, value, null), Map.of()));
    }

    private static Object each(@Nullable Object value, Options options) throws IOException {
        List<@Nullable Object> items = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        if (value instanceof Map<?, ?> table) {
            table.forEach((key, item) -> {
                keys.add(key);
                items.add(item);
            });
        }
        else if (value instanceof List<?> list) {
            items.addAll(list);
        }
        if (items.isEmpty()) {
            return choose(false, options);
        }
        StringBuilder rendered = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            Object item = items.get(i);
            Map<String, Object> loop = new HashMap<>();
            loop.put("@index", (long) i);
            loop.put("@first", i == 0);
            loop.put("@last", i == items.size() - 1);
            if (!keys.isEmpty()) {
                loop.put("@key", keys.get(i));
            }
            Object place = keys.isEmpty() ? (Object) (long) i : keys.get(i);
            rendered.append(options.fn.apply(scope(options).inner(item, names(options, item, place), loop)));
        }
        return rendered;
    }

    private static List<Object> alive(@Nullable Object value) {
        List<Object> alive = new ArrayList<>();
        if (value instanceof List<?> members) {
            for (Object member : members) {
                if (member instanceof Map<?, ?> map && TreeText.isTrue(map.get("alive"))) {
                    alive.add(member);
                }
            }
        }
        return alive;
    }

    private static Map<String, @Nullable Object> names(Options options, @Nullable Object item, @Nullable Object place) {
        Map<String, @Nullable Object> names = new HashMap<>();
        if (!options.blockParams.isEmpty()) {
            names.put(options.blockParams.get(0), item);
        }
        if (options.blockParams.size() > 1) {
            names.put(options.blockParams.get(1), place);
        }
        return names;
    }

    private static Scope scope(Options options) {
        return (Scope) options.context;
    }

}
