package dev.muster.key;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Habitat's text of a key: what it is, its name and revision, an empty line, and 32 bytes
 * in base64.
 *
 * @param kind what the first line says
 * @param bytes the key itself
 */
record KeyText(Kind kind, NamedRevision id, byte[] bytes) {

    static final int KEY_LENGTH = 32;

    /** Longer than any key; so much of a text is looked at, and no more. */
    static final int LONGEST = 1024;

    private static final int NAME = 1;

    private static final int EMPTY = 2;

    private static final int BYTES = 3;

    /**
     * Reads a text with a key of one kind.
     * @throws InvalidKeyException with what is wrong, and nothing of the text
     */
    static KeyText parse(String text, Kind wanted) {
        if (text.length() > LONGEST) {
            throw wrong(wanted, "it has more than " + LONGEST + " characters");
        }
        List<String> lines = text.lines().toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        Optional<Kind> kind = Kind.of(first);
        if (kind.isEmpty()) {
            throw wrong(wanted, first.isEmpty() ? "its first line is empty" : "its first line is something else");
        }
        if (kind.get() != wanted) {
            throw wrong(wanted, "it is " + kind.get().words + " (" + kind.get().tag + ")");
        }
        if (lines.size() <= BYTES) {
            throw wrong(wanted, "it ends after line " + lines.size() + " of 4");
        }
        if (!lines.get(EMPTY).isEmpty()) {
            throw wrong(wanted, "its line 3 is not empty");
        }
        if (lines.subList(BYTES + 1, lines.size()).stream().anyMatch((line) -> !line.isBlank())) {
            throw wrong(wanted, "something follows its line 4");
        }
        NamedRevision id;
        try {
            id = NamedRevision.parse(lines.get(NAME));
        }
        catch (InvalidKeyException ex) {
            throw wrong(wanted, "line 2: " + ex.getMessage());
        }
        return new KeyText(wanted, id, decode(wanted, lines.get(BYTES).strip()));
    }

    private static byte[] decode(Kind wanted, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        }
        catch (IllegalArgumentException ex) {
            // The decoder's own words hold characters of what it was given.
            throw wrong(wanted, "its line 4 is not base64");
        }
        if (bytes.length != KEY_LENGTH) {
            throw wrong(wanted, "its line 4 holds " + bytes.length + " bytes and not " + KEY_LENGTH);
        }
        return bytes;
    }

    private static InvalidKeyException wrong(Kind wanted, String what) {
        return new InvalidKeyException("This is not " + wanted.words + " (" + wanted.tag + "): " + what);
    }

    /** As it stands in a file; Habitat ends it without a line feed. */
    String text() {
        return this.kind.tag + '\n' + this.id + "\n\n" + Base64.getEncoder().encodeToString(this.bytes);
    }

    @Override
    public String toString() {
        return this.kind.tag + ' ' + this.id;
    }

    /** What the first line of a key says. */
    enum Kind {

        RING("SYM-SEC-1", "a ring key"), PUBLIC("BOX-PUB-1", "a public encryption key"),
        SECRET("BOX-SEC-1", "a secret encryption key"), VERIFYING("SIG-PUB-1", "a public signing key"),
        SIGNING("SIG-SEC-1", "a secret signing key");

        private final String tag;

        private final String words;

        Kind(String tag, String words) {
            this.tag = tag;
            this.words = words;
        }

        static Optional<Kind> of(String tag) {
            return List.of(values()).stream().filter((kind) -> kind.tag.equals(tag)).findFirst();
        }

    }

}
