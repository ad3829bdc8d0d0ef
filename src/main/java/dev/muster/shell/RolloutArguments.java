package dev.muster.shell;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.rollout.InvalidRolloutException;
import dev.muster.rollout.RolloutOptions;

/** What a command line says about the way a change is taken. */
final class RolloutArguments {

    /** Of every command that makes a revision, and of a group's policy. */
    static final OptionDescription[] OPTIONS = {
            OptionDescription.value("strategy", "at-once|rolling|canary", "How the members take a change")
                .standard("the group's policy, else at-once"),
            OptionDescription.value("max-unavailable", "N|N%", "How many take it at a time, unless at once")
                .standard("1"),
            OptionDescription.value("canary", "N|N%|LABEL=VALUE", "Who takes it first, until it is promoted")
                .standard("1 with canary"),
            OptionDescription.value("settle", "TIME", "How long a member has to be well with it").standard("10s"),
            OptionDescription.value("deadline", "TIME", "How long without a step until the rollout pauses")
                .standard("5m"),
            OptionDescription.value("on-failure", "rollback|pause|none", "What follows when a member fails")
                .standard("by strategy: none, rollback, pause") };

    private RolloutArguments() {
    }

    /** These and others. */
    static OptionDescription[] with(OptionDescription... others) {
        OptionDescription[] all = Arrays.copyOf(others, others.length + OPTIONS.length);
        System.arraycopy(OPTIONS, 0, all, others.length, OPTIONS.length);
        return all;
    }

    /**
     * What was given, by name, and can be meant.
     * @throws UsageException when it cannot, so that nothing is sent
     */
    static Map<String, String> given(Arguments arguments) throws UsageException {
        Map<String, String> given = new LinkedHashMap<>();
        List.of(OPTIONS)
            .forEach((option) -> arguments.value(option.name()).ifPresent((value) -> given.put(option.name(), value)));
        try {
            RolloutOptions.parse(given);
            return given;
        }
        catch (InvalidRolloutException ex) {
            throw new UsageException("--" + ex.getMessage());
        }
    }

}
