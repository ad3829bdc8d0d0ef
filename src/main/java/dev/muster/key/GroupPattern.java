package dev.muster.key;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which service groups a token is for: {@code *} for all, or a group's name in which
 * {@code *} stands for any service, group or organization. A pattern without an
 * organization means groups without one only, so a token never reaches further than it
 * reads.
 *
 * @param text as {@code redis.prod}, {@code redis.*}, {@code *.prod@acme}, {@code *.*@*}
 */
public record GroupPattern(String text) {

    /** Matches every group, and what belongs to no group: the node itself. */
    public static final GroupPattern ALL = new GroupPattern("*");

    private static final String PART = "(\\*|[A-Za-z0-9][A-Za-z0-9_-]{0,62})";

    private static final Pattern PATTERN = Pattern.compile(PART + "\\." + PART + "(?:@" + PART + ")?");

    public GroupPattern {
        if (!text.equals("*") && !PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no pattern of groups: it is *, or SERVICE.GROUP or "
                    + "SERVICE.GROUP@ORGANIZATION with * for any of them, as redis.prod, redis.* or *.prod@acme");
        }
    }

    public boolean isAll() {
        return this.text.equals("*");
    }

    /**
     * Whether this group is meant.
     * @param group its whole name; what is no group's name is never meant
     */
    public boolean matches(String group) {
        Matcher named = PATTERN.matcher(group);
        if (!named.matches() || group.indexOf('*') >= 0) {
            return false;
        }
        if (isAll()) {
            return true;
        }
        Matcher meant = PATTERN.matcher(this.text);
        return meant.matches() && matches(meant, named, 1) && matches(meant, named, 2) && matches(meant, named, 3);
    }

    private static boolean matches(Matcher meant, Matcher named, int part) {
        String wanted = meant.group(part);
        String found = named.group(part);
        if (wanted == null || found == null) {
            return wanted == null && found == null;
        }
        return wanted.equals("*") || wanted.equals(found);
    }

    @Override
    public String toString() {
        return this.text;
    }

}
