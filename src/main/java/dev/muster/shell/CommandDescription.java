package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A command, as people read of it in its help and as {@link ArgvParser} takes it.
 *
 * @param name its words, as {@code svc load}
 * @param summary one line
 * @param positionals in their order
 * @param options without those that every client command has
 * @param client whether it asks a node, and so has the options that say which
 * @param text what the lines above cannot say; may be empty
 * @param examples whole command lines
 */
public record CommandDescription(String name, String summary, List<Positional> positionals,
        List<OptionDescription> options, boolean client, String text, List<String> examples) {

    static final OptionDescription HELP = OptionDescription.flag("help", "Show this help").letter('h');

    public CommandDescription {
        positionals = List.copyOf(positionals);
        options = List.copyOf(options);
        examples = List.copyOf(examples);
    }

    static CommandDescription client(String name, String summary) {
        return new CommandDescription(name, summary, List.of(), List.of(), true, "", List.of());
    }

    static CommandDescription program(String name, String summary) {
        return new CommandDescription(name, summary, List.of(), List.of(), false, "", List.of());
    }

    CommandDescription takes(Positional... added) {
        return new CommandDescription(this.name, this.summary, List.of(added), this.options, this.client, this.text,
                this.examples);
    }

    CommandDescription with(OptionDescription... added) {
        List<OptionDescription> all = new ArrayList<>(this.options);
        all.addAll(List.of(added));
        return new CommandDescription(this.name, this.summary, this.positionals, all, this.client, this.text,
                this.examples);
    }

    CommandDescription text(String lines) {
        return new CommandDescription(this.name, this.summary, this.positionals, this.options, this.client, lines,
                this.examples);
    }

    CommandDescription examples(String... lines) {
        return new CommandDescription(this.name, this.summary, this.positionals, this.options, this.client, this.text,
                List.of(lines));
    }

    /** All that it takes, {@code --help} included. */
    List<OptionDescription> allOptions() {
        Stream<OptionDescription> shared = this.client ? NodeOptions.ALL.stream() : Stream.empty();
        return Stream.of(this.options.stream(), shared, Stream.of(HELP)).flatMap((part) -> part).toList();
    }

    Optional<OptionDescription> option(String dashed) {
        return allOptions().stream()
            .filter((option) -> dashed.equals(option.dashed())
                    || (option.letter() != '\0' && dashed.equals("-" + option.letter())))
            .findFirst();
    }

    /**
     * A word that is no option.
     *
     * @param name what it is called in help, in capitals; the last one may end with dots,
     * and stands for one or more then
     * @param description one line
     * @param required whether it must be given
     */
    public record Positional(String name, String description, boolean required) {

        boolean many() {
            return this.name.endsWith("...");
        }

        String shown() {
            return this.required ? this.name : "[" + this.name + "]";
        }

    }

}
