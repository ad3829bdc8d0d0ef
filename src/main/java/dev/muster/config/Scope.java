package dev.muster.config;

import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.PathExpression;
import com.github.jknack.handlebars.context.MapValueResolver;
import com.github.jknack.handlebars.internal.path.DataPath;
import com.github.jknack.handlebars.internal.path.IndexedPath;
import com.github.jknack.handlebars.internal.path.ParentPath;
import com.github.jknack.handlebars.internal.path.ResolveParentPath;
import com.github.jknack.handlebars.internal.path.ThisPath;
import org.jspecify.annotations.Nullable;

/**
 * What names mean at one place of a template, as Habitat has it: first the names that the
 * blocks around it gave ({@code as |member|}), then the value the innermost block stands
 * on, and nothing further out unless {@code ../} asks for it.
 *
 * <p>
 * The library's own contexts do it otherwise: they look a block's names up last, and
 * {@code ../} in such a block means the item.
 */
final class Scope extends Context {

    private final @Nullable Scope outer;

    private final Map<String, @Nullable Object> names;

    /** The variables of a loop, with their @. */
    private final Map<String, Object> variables;

    private final @Nullable Object root;

    /** Variables that are the same everywhere, with their @. */
    private final Map<String, Object> constants;

    private Scope(@Nullable Object value, @Nullable Scope outer, Map<String, @Nullable Object> names,
            Map<String, Object> variables, Map<String, Object> constants) {
        super(value);
        this.constants = constants;
        this.outer = outer;
        this.names = names;
        this.variables = variables;
        this.root = (outer != null) ? outer.root : value;
        this.resolver = MapValueResolver.INSTANCE;
        if (outer != null) {
            this.parent = outer;
            this.data = outer.data;
        }
        else {
            // What the library expects to find in a root.
            Map<String, Object> shared = new HashMap<>();
            shared.put(PARTIALS, new HashMap<>());
            shared.put(INLINE_PARTIALS, new LinkedList<>(List.of(new HashMap<>())));
            shared.put(INVOCATION_STACK, new LinkedList<>());
            this.data = shared;
        }
    }

    static Scope of(Map<String, Object> data, Map<String, Object> constants) {
        return new Scope(data, null, Map.of(), Map.of(), constants);
    }

    /**
     * The scope inside a block.
     * @param value what the block stands on
     * @param given names that the block gives, added to those around it
     * @param loop variables of a loop, in place of those around it; empty to keep these
     */
    Scope inner(@Nullable Object value, Map<String, @Nullable Object> given, Map<String, Object> loop) {
        Map<String, @Nullable Object> all = new HashMap<>(this.names);
        all.putAll(given);
        return new Scope(value, this, all, loop.isEmpty() ? this.variables : loop, this.constants);
    }

    @Override
    public @Nullable Object get(List<PathExpression> path) {
        PathExpression first = path.get(0);
        List<PathExpression> rest = path.subList(1, path.size());
        if (first instanceof ParentPath || first instanceof ResolveParentPath) {
            return (this.outer == null) ? null : rest.isEmpty() ? this.outer.model() : this.outer.get(rest);
        }
        String name = first.toString();
        if (first instanceof ThisPath) {
            return resolve(model(), rest);
        }
        if (this.constants.containsKey(name)) {
            return this.constants.get(name);
        }
        if (first instanceof DataPath) {
            return resolve(name.equals("@root") ? this.root : this.variables.get(name), rest);
        }
        if (this.names.containsKey(name)) {
            return resolve(this.names.get(name), rest);
        }
        return resolve(model(), path);
    }

    private static @Nullable Object resolve(@Nullable Object value, List<PathExpression> path) {
        @Nullable Object found = value;
        for (PathExpression step : path) {
            if (found instanceof Map<?, ?> map) {
                found = map.get(keyOf(step));
            }
            else if (found instanceof List<?> list) {
                found = item(list, keyOf(step));
            }
            else if (!(step instanceof ThisPath)) {
                return null;
            }
        }
        return found;
    }

    /** A step by number is written in brackets, and may also be a key. */
    private static String keyOf(PathExpression step) {
        String text = step.toString();
        return (step instanceof IndexedPath) ? text.substring(1, text.length() - 1) : text;
    }

    private static @Nullable Object item(List<?> list, String index) {
        if (index.isEmpty() || index.length() > 9 || !index.chars().allMatch(Character::isDigit)) {
            return null;
        }
        int position = Integer.parseInt(index);
        return (position < list.size()) ? list.get(position) : null;
    }

    @Override
    protected Context newChildContext(@Nullable Object value) {
        return inner(value, Map.of(), Map.of());
    }

}
