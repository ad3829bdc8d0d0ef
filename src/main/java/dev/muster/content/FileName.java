package dev.muster.content;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a file of a group is called. One that is made of this lies in the directory it is
 * put into, and nowhere else.
 *
 * @param text 1 to {@value #MAX_BYTES} bytes of UTF-8
 */
public record FileName(String text) implements Comparable<FileName> {

    /** What file systems take. */
    public static final int MAX_BYTES = 255;

    /**
     * @throws InvalidFileNameException when it could lead elsewhere, or cannot be
     * displayed or stored
     */
    public FileName {
        if (text.isEmpty()) {
            throw new InvalidFileNameException("A file has a name, this one is empty");
        }
        String shown = shown(text);
        if (text.indexOf('/') >= 0 || text.indexOf('\\') >= 0) {
            throw new InvalidFileNameException("The file name '" + shown
                    + "' has a '/' or '\\' in it; files of a group have no directories, give its last part alone");
        }
        if (text.chars().allMatch((c) -> c == '.')) {
            throw new InvalidFileNameException(
                    "The file name '" + shown + "' is made of dots alone; give it another with --name NAME");
        }
        if (text.codePoints().anyMatch(FileName::unprintable)) {
            throw new InvalidFileNameException(
                    "The file name '" + shown + "' has control characters; give it another with --name NAME");
        }
        int bytes = length(text, shown);
        if (bytes > MAX_BYTES) {
            throw new InvalidFileNameException("The file name '" + shown + "' has " + bytes + " bytes; the most is "
                    + MAX_BYTES + ", give it another with --name NAME");
        }
    }

    private static boolean unprintable(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static int length(String text, String shown) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
        }
        catch (CharacterCodingException ex) {
            throw new InvalidFileNameException(
                    "The file name '" + shown + "' is no text in UTF-8; give it another with --name NAME");
        }
    }

    /** Harmless in a message, and not too long for one. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
            .limit(80)
            .forEach((character) -> shown.appendCodePoint(
                    (unprintable(character) || Character.getType(character) == Character.SURROGATE) ? '?' : character));
        return shown + ((text.length() > shown.length()) ? "..." : "");
    }

    @Override
    public int compareTo(FileName other) {
        return this.text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return this.text;
    }

}
