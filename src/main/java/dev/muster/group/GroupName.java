package dev.muster.group;

import java.util.regex.Pattern;

import dev.muster.service.ServiceSpec;
import org.jspecify.annotations.Nullable;

/**
 * A service group's name: {@code service.group} or {@code service.group@organization}.
 *
 * @param service the package's name
 * @param group {@code default} where nobody said otherwise
 * @param organization of the Supervisor, if it has one
 */
public record GroupName(String service, String group, @Nullable String organization) implements Comparable<GroupName> {

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    public GroupName {
        part("service", service);
        part("group", group);
        if (organization != null) {
            part("organization", organization);
            if (ServiceSpec.RESERVED_ORGANISATIONS.contains(organization)) {
                throw new InvalidNameException(organization,
                        "The organization " + organization
                                + " is reserved, because it is a word of the read gateway's paths; choose another",
                        null);
            }
        }
    }

    private static void part(String what, String value) {
        if (!PART.matcher(value).matches()) {
            throw new InvalidNameException(value,
                    "The " + what + " '" + value
                            + "' must have 1 to 63 letters, digits, '-' or '_', and begin with a letter or digit",
                    null);
        }
    }

    /**
     * Reads a group's name.
     * @throws InvalidNameException with a suggestion where one can be made
     */
    public static GroupName parse(String text) {
        int at = text.indexOf('@');
        String name = (at < 0) ? text : text.substring(0, at);
        int dot = name.indexOf('.');
        if (dot < 0) {
            String known = PART.matcher(name).matches() ? name + ".default" : null;
            throw new InvalidNameException(text,
                    "'" + text + "' is no service group: it must be SERVICE.GROUP, as redis.prod", known);
        }
        int slash = name.lastIndexOf('/', dot);
        if (slash >= 0) {
            throw new InvalidNameException(text,
                    "'" + text + "' is no service group: it has the service's name without its origin",
                    text.substring(slash + 1));
        }
        return new GroupName(name.substring(0, dot), name.substring(dot + 1), (at < 0) ? null : text.substring(at + 1));
    }

    @Override
    public int compareTo(GroupName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return this.service + '.' + this.group + ((this.organization != null) ? '@' + this.organization : "");
    }

}
