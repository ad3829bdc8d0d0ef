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
            .startDelimiter(TemplateText.OPEN)
            .endDelimiter(TemplateText.CLOSE)
            .parentScopeResolution(false);
    }

    /**
     * Renders a template.
     * @param name what messages call it, usually its path in the package
     * @param data maps, lists and values as {@link Toml#parse} gives them
     * @throws RenderException with place and reason
     */
    public String render(String name, String template, Map<String, Object> data) {
        TemplateText text = TemplateText.of(name, template);
        for (TemplateText.Block block : text.blocks()) {
            if (!this.helpers.containsKey(block.name())) {
                throw text.problem(block.offset(), noHelper(block.name()), null);
            }
        }
        try {
            Template compiled = this.handlebars.compile(new StringTemplateSource(name, text.text()));
            return compiled.apply(Scope.of(data, text.constants()));
        }
        catch (HandlebarsException ex) {
            throw explain(text, ex);
        }
        catch (IOException ex) {
            throw text.problem(0, String.valueOf(ex.getMessage()), ex);
        }
        catch (StackOverflowError ex) {
            throw text.problem(0, "its blocks are nested too deeply", ex);
        }
    }

    private static RenderException explain(TemplateText text, HandlebarsException ex) {
        String message = String.valueOf(ex.getMessage());
        Matcher missing = MISSING_HELPER.matcher(message);
        HandlebarsError error = ex.getError();
        Throwable cause = ex.getCause();
        String problem = missing.find() ? noHelper(missing.group(1)) : (cause instanceof IllegalArgumentException)
                ? String.valueOf(cause.getMessage()) : (error != null) ? error.reason : message;
        return (error != null) ? text.at(error.line, error.column + 1, problem.strip(), ex)
                : text.problem(0, problem.strip(), ex);
    }

    private static String noHelper(String name) {
        return "there is no helper '" + name + "'"
                + (name.contains(".") ? "; a block of a value is written {{#with " + name + "}}" : "");
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
