package dev.muster.process;

/**
 * What {@code /proc/PID/stat} says.
 *
 * @param state one letter; Z and X are dead
 * @param startTicks field 22: clock ticks between boot and start
 * @see <a href=
 * "https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
record ProcStat(long pid, String command, char state, long parent, long group, long session, long startTicks) {

    private static final int START_FIELD = 22;

    /**
     * The command stands in brackets and may itself have blanks and brackets, so what
     * follows is counted from the last one.
     * @throws IllegalArgumentException when the text is none
     */
    static ProcStat parse(String text) {
        int opening = text.indexOf('(');
        int closing = text.lastIndexOf(')');
        if (opening < 1 || closing < opening) {
            throw new IllegalArgumentException("No stat of a process: " + text);
        }
        String[] fields = text.substring(closing + 1).trim().split(" ");
        // The first of these is field 3, the state.
        if (fields.length < START_FIELD - 2) {
            throw new IllegalArgumentException("No stat of a process: " + text);
        }
        return new ProcStat(Long.parseLong(text.substring(0, opening).trim()), text.substring(opening + 1, closing),
                fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]),
                Long.parseLong(fields[START_FIELD - 3]));
    }

    boolean alive() {
        return this.state != 'Z' && this.state != 'X' && this.state != 'x';
    }

}
