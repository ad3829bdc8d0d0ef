package dev.muster.key;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one key is called, {@code NAME-YYYYMMDDhhmmss}, in its file's name, in the file
 * and in what is encrypted with it. Sorted by name, then the oldest first.
 *
 * @param name of a ring, a user or a service group; a part of a file's name, so it holds
 * nothing that could lead out of a directory
 * @param revision when the key was made, UTC
 */
public record NamedRevision(String name, String revision) implements Comparable<NamedRevision> {

    /**
     * A service, a group and an organization of 63 characters each, and what joins them.
     */
    private static final int LONGEST_NAME = 191;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.@-]*");

    private static final Pattern TEXT = Pattern.compile("(.+)-([0-9]{14})");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);

    private static final Comparator<NamedRevision> ORDER = Comparator.comparing(NamedRevision::name)
        .thenComparing(NamedRevision::revision);

    public NamedRevision {
        checkName(name);
        if (revision.length() != 14 || !isTime(revision)) {
            throw new InvalidKeyException(
                    "The revision of a key of " + name + " has to be the time it was made at, as YYYYMMDDhhmmss");
        }
    }

    /** The revision for a key that is made now, to the second. */
    public static NamedRevision at(String name, Instant when) {
        return new NamedRevision(name, TIME.format(when.atOffset(ZoneOffset.UTC)));
    }

    /**
     * Reads what {@link #toString} gives.
     * @throws InvalidKeyException without a word of the text
     */
    public static NamedRevision parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (text.length() > LONGEST_NAME + 15 || !parts.matches() || !isName(parts.group(1))
                || !isTime(parts.group(2))) {
            throw new InvalidKeyException("it does not name a key, as NAME-YYYYMMDDhhmmss");
        }
        return new NamedRevision(parts.group(1), parts.group(2));
    }

    /**
     * Says what is wrong with a name that somebody gives to a key.
     * @throws InvalidKeyException with the name
     */
    public static void checkName(String name) {
        if (!isName(name)) {
            throw new InvalidKeyException("\"" + name + "\" cannot be the name of a key: it has 1 to " + LONGEST_NAME
                    + " letters, digits, '_', '-', '.' or '@', and begins with a letter or digit");
        }
    }

    private static boolean isName(String name) {
        return name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
    }

    private static boolean isTime(String revision) {
        try {
            TIME.parse(revision);
            return true;
        }
        catch (DateTimeException ex) {
            return false;
        }
    }

    /** When the key was made. */
    public Instant time() {
        return LocalDateTime.parse(this.revision, TIME).toInstant(ZoneOffset.UTC);
    }

    @Override
    public int compareTo(NamedRevision other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return this.name + '-' + this.revision;
    }

}
