package dev.muster.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.DurationText;

/**
 * What a command line says, and nothing that it does not say: no defaults.
 *
 * @param options name to values, in the order they were given; a flag has the value
 * {@code true}
 * @param positionals the other words, in their order
 */
public record Arguments(Map<String, List<String>> options, List<String> positionals) {

    public Arguments {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        options.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        options = java.util.Collections.unmodifiableMap(copy);
        positionals = List.copyOf(positionals);
    }

    public boolean has(String option) {
        return this.options.containsKey(option);
    }

    public Optional<String> value(String option) {
        return values(option).stream().findFirst();
    }

    /** All values of an option that may be given more than once. */
    public List<String> values(String option) {
        return this.options.getOrDefault(option, List.of());
    }

    /**
     * An option whose value is a time: {@code 20} (seconds), {@code 500ms}, {@code 20s}
     * or {@code 5m}.
     */
    public Optional<Duration> duration(String option) throws UsageException {
        Optional<String> text = value(option);
        return text.isPresent() ? Optional.of(duration(option, text.get())) : Optional.empty();
    }

    private static Duration duration(String option, String text) throws UsageException {
        try {
            return DurationText.parse(text);
        }
        catch (IllegalArgumentException ex) {
            throw new UsageException("--" + option + ": " + ex.getMessage());
        }
    }

    /** The word at this place, counted from 0. */
    public Optional<String> positional(int index) {
        return (index < this.positionals.size()) ? Optional.of(this.positionals.get(index)) : Optional.empty();
    }

    /** A word that the grammar requires. */
    String required(int index) {
        return positional(index).orElseThrow();
    }

    /** These, and of {@code others} what is not said here. */
    Arguments or(Map<String, String> others) {
        Map<String, List<String>> all = new LinkedHashMap<>(this.options);
        others.forEach((name, value) -> all.putIfAbsent(name, List.of(value)));
        return new Arguments(all, this.positionals);
    }

    /** Collects arguments. */
    static final class Builder {

        private final Map<String, List<String>> options = new LinkedHashMap<>();

        private final List<String> positionals = new ArrayList<>();

        void option(OptionDescription option, String value) throws UsageException {
            List<String> values = this.options.computeIfAbsent(option.name(), (name) -> new ArrayList<>());
            if (!values.isEmpty() && !option.repeatable()) {
                throw new UsageException(option.dashed() + " is given twice: once is enough");
            }
            values.add(value);
        }

        void positional(String word) {
            this.positionals.add(word);
        }

        Arguments build() {
            return new Arguments(this.options, this.positionals);
        }

    }

}
