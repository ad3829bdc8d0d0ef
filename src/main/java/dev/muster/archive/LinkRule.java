package dev.muster.archive;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the symbolic links of a package may lead: into the package itself and to other
 * packages. Upward steps may only stand first in a target; behind a name that is a link
 * itself they would lead somewhere else than they seem to.
 */
final class LinkRule {

    /** From a package's own directory up to the directory of all packages. */
    private static final int ABOVE = 4;

    private final List<Path> packages;

    /**
     * @param packages directories of packages that absolute targets may lie in
     */
    LinkRule(List<Path> packages) {
        this.packages = packages;
    }

    /**
     * @param link below the package's own directory
     * @throws InvalidArchiveException naming link and target
     */
    void check(EntryName link, String target) {
        if (target.isEmpty() || target.getBytes(StandardCharsets.UTF_8).length > Limits.NAME_BYTES
                || target.chars().anyMatch(Character::isISOControl)) {
            throw EntryName.refused(link.toString(), "it is a symbolic link without a proper target");
        }
        int up = 0;
        boolean down = false;
        for (String part : target.split("/")) {
            if (part.equals("..")) {
                if (down) {
                    throw leads(link, target, "with .. behind a name");
                }
                up++;
            }
            else if (!part.isEmpty() && !part.equals(".")) {
                down = true;
            }
        }
        boolean inside = target.startsWith("/")
                ? up == 0 && this.packages.stream().anyMatch(Path.of(target)::startsWith)
                : up <= link.parts().size() - 1 + ABOVE;
        if (!inside) {
            throw leads(link, target, "out of the directory of packages");
        }
    }

    private static InvalidArchiveException leads(EntryName link, String target, String where) {
        return EntryName.refused(link.toString(), "it is a symbolic link to '" + target + "', which leads " + where);
    }

}
