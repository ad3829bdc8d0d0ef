package dev.muster.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an option's value comes from: defaults, below files, below the environment, below
 * the command line. What was said on the command line counts also where it equals the
 * default.
 *
 * @param commandLine values by option without dashes, as {@code listen-gossip}; a flag
 * has the one value {@code true}
 * @param environment of the process; an empty value counts as unset
 * @param files parsed option files, the strongest last
 */
record OptionSources(Map<String, List<String>> commandLine, Map<String, String> environment,
        List<Map<String, Object>> files) {

    /** The last value of an option that takes one. */
    Optional<String> value(String option, String variable, String fileKey) {
        List<String> said = this.commandLine.getOrDefault(option, List.of());
        if (!said.isEmpty()) {
            return Optional.of(said.get(said.size() - 1));
        }
        String inherited = variable.isEmpty() ? "" : this.environment.getOrDefault(variable, "");
        if (!inherited.isEmpty()) {
            return Optional.of(inherited);
        }
        return fromFiles(fileKey).map(Object::toString);
    }

    /**
     * All values of an option that may be repeated; the strongest source that has any
     * gives them all.
     */
    List<String> values(String option, String fileKey) {
        List<String> said = this.commandLine.getOrDefault(option, List.of());
        if (!said.isEmpty()) {
            return said;
        }
        Object filed = fromFiles(fileKey).orElse(List.of());
        List<String> values = new ArrayList<>();
        if (filed instanceof List<?> list) {
            list.forEach((value) -> values.add(String.valueOf(value)));
        }
        else {
            values.add(filed.toString());
        }
        return values;
    }

    /**
     * @param variable of the environment; empty if there is none
     * @throws OptionException when it is neither {@code true} nor {@code false}
     */
    boolean flag(String option, String variable, String fileKey) {
        return value(option, variable, fileKey).map((value) -> {
            if (!value.equals("true") && !value.equals("false")) {
                throw new OptionException("The option " + fileKey + " must be true or false, not '" + value + "'");
            }
            return value.equals("true");
        }).orElse(false);
    }

    private Optional<Object> fromFiles(String key) {
        Object found = null;
        for (Map<String, Object> file : this.files) {
            found = file.getOrDefault(key, found);
        }
        return Optional.ofNullable(found);
    }

}
