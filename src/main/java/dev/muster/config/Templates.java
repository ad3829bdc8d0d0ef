package dev.muster.config;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.jknack.handlebars.Decorator;
import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.HandlebarsError;
import com.github.jknack.handlebars.HandlebarsException;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.TagType;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.helper.DefaultHelperRegistry;
import com.github.jknack.handlebars.io.AbstractTemplateLoader;
import com.github.jknack.handlebars.io.StringTemplateSource;
import com.github.jknack.handlebars.io.TemplateSource;
import org.jspecify.annotations.Nullable;

/**
 * Renders the templates of packages: Handlebars as Chef Habitat reads it. Nothing is
 * escaped, what is missing is empty, and a name means what it means in the innermost
 * block only. Templates come from outside: they reach the given data and nothing else,
 * neither Java objects nor files, and an unknown helper is an error.
 *
 * <p>
 * Nothing is remembered between two renderings; any thread may call this.
 */
public final class Templates {

    /**
     * A blank before the sign of a tag, which this library does not take and Habitat
     * does.
     */
    private static final Pattern BLANK_BEFORE_SIGN = Pattern
        .compile("(?<!\\\\)\\{\\{(~?)([ \\t\\r\\n]+)([#/^&>]|!(?:--)?)");

    /** An inverted block, of which this library would silently make nothing. */
    private static final Pattern INVERTED = Pattern.compile("(?<!\\\\)\\{\\{~?\\^\\s*([^\\s~}][^}~]*)");

    private static final Pattern MISSING_HELPER = Pattern.compile("could not find helper: '([^']*)'");

    private final Handlebars handlebars;

    private final Map<String, Helper<?>> helpers = new HashMap<>();

    /** Templates for which no package is installed. */
    public Templates() {
        this((ident) -> Optional.empty());
    }

    /**
     * Makes templates that may ask for packages.
     * @param packagePath gives the directory of the package with this ident, for
     * {@code pkgPathFor}; called by the thread that renders; may throw
     * {@link IllegalArgumentException} when the text is no ident
     */
    public Templates(Function<String, Optional<String>> packagePath) {
        BlockHelpers.addTo(this.helpers);
        ValueHelpers.addTo(this.helpers, packagePath);
        this.handlebars = new Handlebars(new NoLoader()).with(new OwnHelpers(this.helpers))
            .with(EscapingStrategy.NOOP)
            .with((value, next) -> TreeText.plain(value))
            .prettyPrint(true)
            .parentScopeResolution(false);
    }

    /**
     * Renders a template.
     * @param name what messages call it, usually its path in the package
     * @param data maps, lists and values as {@link Toml#parse} gives them
     * @throws RenderException with place and reason
     */
    public String render(String name, String template, Map<String, Object> data) {
        String text = BLANK_BEFORE_SIGN.matcher(template).replaceAll("{{$1$3$2");
        Matcher inverted = INVERTED.matcher(text);
        if (inverted.find()) {
            throw at(name, text, inverted.start(),
                    "inverted blocks are not supported; write {{#unless ...}} in place of {{^" + inverted.group(1)
                            + "}}",
                    null);
        }
        try {
            Template compiled = this.handlebars.compile(new StringTemplateSource(name, text));
            for (String block : compiled.collect(TagType.SECTION)) {
                if (!this.helpers.containsKey(block)) {
                    throw unknownHelper(name, text, block, null);
                }
            }
            return compiled.apply(Scope.of(data));
        }
        catch (HandlebarsException ex) {
            throw explain(name, text, ex);
        }
        catch (IOException ex) {
            throw new RenderException(name, 1, 1, String.valueOf(ex.getMessage()), ex);
        }
        catch (StackOverflowError ex) {
            throw new RenderException(name, 1, 1, "its blocks are nested too deeply", ex);
        }
    }

    private static RenderException explain(String name, String text, HandlebarsException ex) {
        String message = String.valueOf(ex.getMessage());
        Matcher missing = MISSING_HELPER.matcher(message);
        HandlebarsError error = ex.getError();
        if (missing.find()) {
            return unknownHelper(name, text, missing.group(1), ex);
        }
        if (error == null) {
            return new RenderException(name, 1, 1, message, ex);
        }
        Throwable cause = ex.getCause();
        String problem = (cause instanceof IllegalArgumentException) ? String.valueOf(cause.getMessage())
                : error.reason;
        return new RenderException(name, error.line, error.column + 1, problem.strip(), ex);
    }

    private static RenderException unknownHelper(String name, String text, String helper, @Nullable Throwable cause) {
        Matcher tag = Pattern
            .compile("(?<!\\\\)\\{\\{[{~#^(\\s]*" + Pattern.quote(helper) + "\\b|\\(\\s*" + Pattern.quote(helper)
                    + "\\b")
            .matcher(text);
        int offset = tag.find() ? tag.start() : 0;
        boolean path = helper.contains(".");
        return at(name, text, offset, "there is no helper '" + helper + "'" + (path
                ? "; an item of a list is written " + helper + ".[0], a block of a value {{#with " + helper + "}}"
                : ""), cause);
    }

    private static RenderException at(String name, String text, int offset, String problem, @Nullable Throwable cause) {
        String before = text.substring(0, offset);
        int line = (int) before.chars().filter((c) -> c == '\n').count() + 1;
        return new RenderException(name, line, offset - before.lastIndexOf('\n'), problem, cause);
    }

    /** Only what is registered here; none of those the library brings. */
    private static final class OwnHelpers extends DefaultHelperRegistry {

        private final Map<String, Helper<?>> helpers;

        OwnHelpers(Map<String, Helper<?>> helpers) {
            this.helpers = helpers;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C> @Nullable Helper<C> helper(String name) {
            // The superclass calls this while it is being made.
            return (this.helpers != null) ? (Helper<C>) this.helpers.get(name) : null;
        }

        @Override
        public Decorator decorator(String name) {
            return (block, options) -> {
                throw new IllegalArgumentException("decorators ({{* " + name + "}}) are not supported");
            };
        }

    }

    /** Templates are single texts: there is nothing that one could include. */
    private static final class NoLoader extends AbstractTemplateLoader {

        @Override
        public TemplateSource sourceAt(String location) {
            throw new IllegalArgumentException("partials ({{> " + location + "}}) are not supported");
        }

        @Override
        public Charset getCharset() {
            return StandardCharsets.UTF_8;
        }

    }

}
