package dev.muster.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jline.utils.WCWidth;

/**
 * One line for each member on a terminal, written over in place. Where the terminal has
 * not as many rows, those that need looking at, and the others summed up.
 */
final class LiveLines implements Display {

    /** Ticks between two drawings of what only time has changed. */
    private static final int SELDOM = 5;

    private final PrintStream out;

    private final String group;

    private final Screen screen;

    private final Paint paint;

    private final Elapsed elapsed;

    private final Map<String, MemberReport> members = new LinkedHashMap<>();

    private RolloutReport rollout = RolloutReport.NONE;

    private int drawn;

    private int ticks;

    private boolean changed;

    /**
     * @param group whose change it is, behind a command
     */
    LiveLines(PrintStream out, String group, Screen screen, Paint paint, Elapsed elapsed) {
        this.out = out;
        this.group = group;
        this.screen = screen;
        this.paint = paint;
        this.elapsed = elapsed;
    }

    @Override
    public void member(MemberReport member) {
        this.elapsed.step(member);
        this.members.put(member.id(), member);
        this.changed = true;
    }

    @Override
    public void left(MemberReport member) {
        this.members.remove(member.id());
        this.changed = true;
    }

    @Override
    public void rollout(RolloutReport now) {
        this.rollout = now;
        this.changed = true;
    }

    @Override
    public void tick() {
        this.ticks++;
        boolean open = this.members.values().stream().anyMatch((member) -> !member.isDone() && !member.isAway());
        if (this.changed || (open && this.ticks >= SELDOM)) {
            Screen.Size size = this.screen.size();
            draw(lines(size, size.rows() - 1));
        }
    }

    /** All of them, so that whoever looks up later finds each. */
    @Override
    public void close() {
        draw(lines(this.screen.size(), Integer.MAX_VALUE));
        this.drawn = 0;
    }

    private void draw(List<String> lines) {
        this.changed = false;
        this.ticks = 0;
        StringBuilder frame = new StringBuilder();
        if (this.drawn > 0) {
            frame.append("\r\033[").append(this.drawn).append('A');
        }
        // A line that is wider than it was measured to be must not wrap, or the next
        // drawing would begin too low.
        frame.append("\033[?7l");
        lines.forEach((line) -> frame.append(line).append("\033[K\n"));
        frame.append("\033[J\033[?7h");
        this.out.print(frame);
        this.out.flush();
        this.drawn = lines.size();
    }

    private List<String> lines(Screen.Size size, int most) {
        int name = this.members.values().stream().mapToInt((member) -> width(member.name())).max().orElse(0);
        int names = Math.min(name, Math.max(8, size.columns() / 3));
        List<String> below = this.rollout.lines(this.group);
        int rows = most - below.size();
        List<MemberReport> shown = new ArrayList<>(this.members.values());
        List<MemberReport> others = List.of();
        if (shown.size() > rows) {
            List<MemberReport> urgent = new ArrayList<>(shown);
            urgent.sort(Comparator.comparingInt(LiveLines::rank));
            int room = Math.max(0, rows - 1);
            others = List.copyOf(urgent.subList(room, urgent.size()));
            shown.removeAll(others);
        }
        List<String> lines = new ArrayList<>();
        shown.forEach((member) -> lines.add(line(member, names, size.columns())));
        if (!others.isEmpty()) {
            lines.add(cut("  ... " + others.size() + " more: " + counts(others), size.columns() - 1));
        }
        below.forEach((line) -> lines.add(cut("  " + line, size.columns() - 1)));
        return lines;
    }

    private static int rank(MemberReport member) {
        if (member.hasFailed()) {
            return 0;
        }
        return member.isDone() ? 3 : (member.isAway() ? 2 : 1);
    }

    private static String counts(List<MemberReport> members) {
        Map<String, Long> counts = members.stream()
            .collect(Collectors.groupingBy(MemberReport::state, TreeMap::new, Collectors.counting()));
        return counts.entrySet()
            .stream()
            .map((count) -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
    }

    private String line(MemberReport member, int names, int columns) {
        String pid = member.pid().isEmpty() ? "" : "pid " + member.pid();
        String head = "  " + pad(cut(member.name(), names), names) + "  ";
        String rest = "  " + pad(pid, 11) + "  " + padLeft(this.elapsed.text(member), 6) + "  " + member.reason();
        int room = columns - 1 - width(head);
        String state = cut(pad(member.state(), 12), Math.max(0, room));
        return cut(head, columns - 1) + this.paint.state(member, state)
                + cut(rest, Math.max(0, room - width(state))).stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - width(text))) + text;
    }

    private static int width(String text) {
        return text.codePoints().map((point) -> Math.max(0, WCWidth.wcwidth(point))).sum();
    }

    private static String cut(String text, int width) {
        StringBuilder kept = new StringBuilder();
        int used = 0;
        for (int point : text.codePoints().toArray()) {
            used += Math.max(0, WCWidth.wcwidth(point));
            if (used > width) {
                return kept.toString();
            }
            kept.appendCodePoint(point);
        }
        return kept.toString();
    }

}
