package dev.muster.shell;

/** Colour on a terminal, for those who want it. */
enum Paint {

    PLAIN, COLOURED;

    static Paint of(Arguments arguments, Console console) {
        boolean wanted = console.screen().isPresent() && !arguments.has("no-color")
                && console.environment().getOrDefault("NO_COLOR", "").isEmpty();
        return wanted ? COLOURED : PLAIN;
    }

    /** A member's state: green at the top, red when it failed, else yellow. */
    String state(MemberReport member, String text) {
        if (this == PLAIN) {
            return text;
        }
        int colour = member.hasFailed() ? 31 : (member.isDone() ? 32 : 33);
        return "\033[" + colour + "m" + text + "\033[0m";
    }

}
