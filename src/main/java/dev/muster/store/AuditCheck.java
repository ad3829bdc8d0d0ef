package dev.muster.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Whether the lines of an audit log are those that were written: each has to have the
 * number and the hash that follow from the one before it, and the last one has to be the
 * one that the node noted. A change, a line taken out or put in, and an end cut off are
 * found. Not found is what is made by somebody who may write the directory and computes
 * all hashes anew from there on; who keeps a line's number and hash elsewhere finds that
 * too. Nor does the log say what was in segments that were given up.
 */
public final class AuditCheck {

    private AuditCheck() {
    }

    /**
     * Reads all of it; may run while the node writes.
     * @throws IOException when it cannot be read
     */
    public static Verdict of(Path directory) throws IOException {
        AuditFiles files = new AuditFiles(directory);
        // Before the lines: what is added meanwhile must not look missing.
        Optional<AuditFiles.Head> head = files.head();
        List<Path> segments = files.segments();
        AuditLine last = null;
        long count = 0;
        for (Path segment : segments) {
            int place = 0;
            for (String text : AuditLog.lines(segment)) {
                place++;
                AuditLine line;
                try {
                    line = AuditLine.parse(text);
                }
                catch (IllegalArgumentException ex) {
                    return bad(count, last, segment, place, String.valueOf(ex.getMessage()));
                }
                String problem = problem(last, line, head);
                if (!problem.isEmpty()) {
                    return bad(count, last, segment, place, problem);
                }
                last = line;
                count++;
            }
        }
        return end(count, last, head, segments);
    }

    private static String problem(@Nullable AuditLine before, AuditLine line, Optional<AuditFiles.Head> head) {
        if (before == null) {
            return (line.number() == 0 && !line.previous().equals(AuditLine.NONE))
                    ? "it is the first of all, and names one before it" : noted(line, head);
        }
        if (line.number() != before.number() + 1) {
            return "it has number " + line.number() + " and follows number " + before.number()
                    + ": lines between were taken out, or put in";
        }
        if (!line.previous().equals(before.hash())) {
            return "it was written after another line than the one that is before it now: that one was changed";
        }
        return noted(line, head);
    }

    private static String noted(AuditLine line, Optional<AuditFiles.Head> head) {
        return head.filter((noted) -> noted.number() == line.number() && !noted.hash().equals(line.hash())).isPresent()
                ? "it is not the line that the node noted in HEAD: it was changed" : "";
    }

    private static Verdict end(long count, @Nullable AuditLine last, Optional<AuditFiles.Head> head,
            List<Path> segments) {
        if (last == null) {
            return new Verdict(0, -1, "", head.isPresent() ? Optional.of("There are no lines, and HEAD says that line "
                    + head.get().number() + " was the last: all were taken away") : Optional.empty());
        }
        Optional<String> problem = Optional.empty();
        if (head.isEmpty()) {
            problem = Optional.of("HEAD is missing or cannot be read, so that nobody can say whether lines are missing"
                    + " at the end; the node writes it with the next line");
        }
        else if (head.get().number() > last.number()) {
            problem = Optional.of("Lines are missing at the end: the last one in "
                    + segments.get(segments.size() - 1).getFileName() + " has number " + last.number()
                    + ", and HEAD says that number " + head.get().number() + " was the last");
        }
        return new Verdict(count, last.number(), last.hash(), problem);
    }

    private static Verdict bad(long count, @Nullable AuditLine last, Path segment, int place, String why) {
        return new Verdict(count, (last != null) ? last.number() : -1, (last != null) ? last.hash() : "",
                Optional.of("Line " + place + " of " + segment.getFileName() + " does not fit: " + why));
    }

    /**
     * What was found.
     *
     * @param lines how many fit, from the oldest that is kept
     * @param last number of the last of these, -1 for none
     * @param hash of that one; empty for none
     * @param problem what does not fit first; empty when all does
     */
    public record Verdict(long lines, long last, String hash, Optional<String> problem) {
    }

}
