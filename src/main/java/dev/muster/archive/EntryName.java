package dev.muster.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of an entry, seen to lead down only.
 *
 * @param parts directory by directory; none for the top itself
 */
record EntryName(List<String> parts) {

    EntryName {
        parts = List.copyOf(parts);
    }

    /**
     * @throws InvalidArchiveException naming it, when it could lead out of the directory
     * it is unpacked to
     */
    static EntryName of(String text) {
        if (text.startsWith("/")) {
            throw refused(text, "it begins with /");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > Limits.NAME_BYTES) {
            throw refused(text.substring(0, 80) + "...", "its name is longer than " + Limits.NAME_BYTES + " bytes");
        }
        List<String> parts = new ArrayList<>();
        for (String part : text.split("/")) {
            if (part.equals("..")) {
                throw refused(text, "its name leads upwards with ..");
            }
            if (part.chars().anyMatch(Character::isISOControl)) {
                throw refused(text, "its name has a control character");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.size() > Limits.DEPTH) {
            throw refused(text, "it lies deeper than " + Limits.DEPTH + " directories");
        }
        return new EntryName(parts);
    }

    static InvalidArchiveException refused(String entry, String why) {
        return new InvalidArchiveException("The archive is refused for its entry '" + printable(entry) + "': " + why
                + ". Nothing of it was installed");
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    boolean startsWith(EntryName other) {
        return this.parts.size() >= other.parts.size() && this.parts.subList(0, other.parts.size()).equals(other.parts);
    }

    /** What is left below {@code top}. */
    EntryName below(EntryName top) {
        return new EntryName(this.parts.subList(top.parts.size(), this.parts.size()));
    }

    @Override
    public String toString() {
        return String.join("/", this.parts);
    }

}
