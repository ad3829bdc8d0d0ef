package dev.muster.shell;

import java.util.List;

/** What tells two configurations apart, for people. */
final class Differences {

    private Differences() {
    }

    /**
     * Prints values that differ, and the texts' own difference below.
     * @param difference with {@code values} and {@code text}, as nodes answer it
     */
    static void print(Json difference, Console console) {
        List<Json> values = difference.get("values").elements();
        List<Json> files = difference.get("files").elements();
        List<Json> text = difference.get("text").elements();
        String release = release(difference.get("release"));
        String note = difference.text("note");
        if (!note.isEmpty()) {
            console.out().println(note);
        }
        else if (values.isEmpty() && ((files.isEmpty() && release.isEmpty()) || !text.isEmpty())) {
            console.out().println(text.isEmpty() ? "Nothing differs." : "No value differs, but the text does:");
        }
        for (Json value : values) {
            console.out().println(line(value));
        }
        if (!release.isEmpty()) {
            console.out().println(release);
        }
        files.forEach((file) -> console.out().println(file(file)));
        if (!text.isEmpty()) {
            console.out().println();
            text.forEach((line) -> console.out().println(line.value()));
        }
    }

    /**
     * What is said in place of what is encrypted; empty for what everybody may see.
     * @param before stands before it
     */
    static String encrypted(Json described, String before) {
        String text = described.get("encrypted").text("text");
        return text.isEmpty() ? "" : before + text;
    }

    /**
     * That members run another release, as people read it; empty where they do not.
     * @param change with {@code before} and {@code after}
     */
    static String release(Json change) {
        String after = change.text("after");
        String before = change.text("before");
        return after.isEmpty() ? "" : "package " + (before.isEmpty() ? "" : before + " -> ") + after;
    }

    /** One file, as people read it. */
    static String file(Json file) {
        return fileNumbers(file) + (file.text("after").isEmpty() ? ""
                : " (" + file.text("size") + " bytes, mode " + file.text("mode")
                        + (file.text("owner").isEmpty() ? "" : ", owner " + file.text("owner")) + encrypted(file, ", ")
                        + ")");
    }

    /** In short. */
    static String fileNumbers(Json file) {
        return "file " + MemberReport.line(file.text("name")) + " "
                + (file.text("before").isEmpty() ? "new" : file.text("before")) + " -> "
                + (file.text("after").isEmpty() ? "removed" : file.text("after"));
    }

    /** One value, as people read it. */
    static String line(Json value) {
        String key = value.text("key");
        return switch (value.text("change")) {
            case "added" -> "+ " + key + " = " + value.text("after");
            case "removed" -> "- " + key + " = " + value.text("before");
            default -> "~ " + key + " = " + value.text("before") + " -> " + value.text("after");
        };
    }

}
