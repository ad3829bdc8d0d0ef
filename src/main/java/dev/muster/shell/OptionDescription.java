package dev.muster.shell;

/**
 * An option of a command, as people read of it and as {@link ArgvParser} takes it.
 *
 * @param name without the dashes
 * @param letter its short form, or 0 when it has none
 * @param value what its value is called in help; empty for a flag
 * @param description one line
 * @param standard what holds without it, for help only; empty when there is nothing to
 * say
 * @param repeatable whether it may be given more than once
 */
public record OptionDescription(String name, char letter, String value, String description, String standard,
        boolean repeatable) {

    public static OptionDescription flag(String name, String description) {
        return new OptionDescription(name, '\0', "", description, "", false);
    }

    public static OptionDescription value(String name, String value, String description) {
        return new OptionDescription(name, '\0', value, description, "", false);
    }

    public OptionDescription letter(char added) {
        return new OptionDescription(this.name, added, this.value, this.description, this.standard, this.repeatable);
    }

    public OptionDescription standard(String added) {
        return new OptionDescription(this.name, this.letter, this.value, this.description, added, this.repeatable);
    }

    public OptionDescription repeated() {
        return new OptionDescription(this.name, this.letter, this.value, this.description, this.standard, true);
    }

    public boolean isFlag() {
        return this.value.isEmpty();
    }

    /** As it is typed. */
    String dashed() {
        return "--" + this.name;
    }

}
