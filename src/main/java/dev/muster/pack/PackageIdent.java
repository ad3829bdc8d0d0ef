package dev.muster.pack;

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Names a package, or all of its versions, or all releases of one version.
 *
 * @param origin who made it; a lower-case letter or digit, then also {@code _} and
 * {@code -}, at most 255
 * @param name of the package, and of the service that it is
 * @param version as upstream counts; null for any
 * @param release when it was built, 14 digits; null for any, and always so where the
 * version is
 */
public record PackageIdent(String origin, String name, @Nullable String version, @Nullable String release) {

    private static final Pattern ORIGIN = Pattern.compile("[a-z0-9][a-z0-9_-]{0,254}");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,254}");

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+~-]{0,254}");

    private static final Pattern RELEASE = Pattern.compile("[0-9]{14}");

    private static final int MOST_PARTS = 4;

    /**
     * Releases of one package, older ones first: by version, as {@code 1.9} before
     * {@code 1.10} and {@code 1.0-rc1} before {@code 1.0}, then by release.
     */
    public static final Comparator<PackageIdent> OLDEST_FIRST = Comparator
        .comparing((PackageIdent ident) -> Objects.requireNonNull(ident.version()), new VersionOrder())
        .thenComparing((ident) -> Objects.requireNonNull(ident.release()));

    /**
     * Refuses parts that do not fit.
     * @throws InvalidIdentException with the part
     */
    public PackageIdent {
        String text = text(origin, name, version, release);
        require(text, "origin", ORIGIN, origin, "lower-case letters, digits, _ and -, a letter or digit first");
        require(text, "name", NAME, name, "letters, digits, _ . + and -, a letter or digit first");
        if (version != null) {
            require(text, "version", VERSION, version, "letters, digits, _ . + ~ and -, a letter or digit first");
        }
        if (release != null) {
            require(text, "release", RELEASE, release, "14 digits");
        }
        if (release != null && version == null) {
            throw new InvalidIdentException(text, "it has a release and no version");
        }
    }

    /**
     * Reads {@code origin/name}, {@code origin/name/version} or
     * {@code origin/name/version/release}.
     * @throws InvalidIdentException with the value, the part that is wrong and an example
     */
    public static PackageIdent parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > MOST_PARTS) {
            throw new InvalidIdentException(text, (parts.length < 2) ? "its origin or its name is missing"
                    : "it has " + parts.length + " parts, at most " + MOST_PARTS + " are possible");
        }
        return new PackageIdent(parts[0], parts[1], (parts.length > 2) ? parts[2] : null,
                (parts.length > 3) ? parts[3] : null);
    }

    private static void require(String ident, String part, Pattern pattern, String value, String rule) {
        if (!pattern.matcher(value).matches()) {
            throw new InvalidIdentException(ident,
                    "its " + part + (value.isEmpty() ? " is empty" : " '" + value + "' may only have " + rule));
        }
    }

    /**
     * Reads {@code origin/name/version/release}, and nothing less.
     * @throws InvalidIdentException when a part is missing, or wrong
     */
    public static PackageIdent parseRelease(String text) {
        PackageIdent ident = parse(text);
        if (ident.release() == null) {
            throw new InvalidIdentException(text, "its version or its release is missing, and both are needed here");
        }
        return ident;
    }

    /** Whether it names one release. */
    public boolean isRelease() {
        return this.release != null;
    }

    /** Whether all parts that {@code wanted} gives are the same here. */
    public boolean satisfies(PackageIdent wanted) {
        return this.origin.equals(wanted.origin) && this.name.equals(wanted.name)
                && (wanted.version == null || Objects.equals(this.version, wanted.version))
                && (wanted.release == null || Objects.equals(this.release, wanted.release));
    }

    private static String text(String origin, String name, @Nullable String version, @Nullable String release) {
        return origin + '/' + name + ((version != null) ? '/' + version : "")
                + ((release != null) ? '/' + release : "");
    }

    @Override
    public String toString() {
        return text(this.origin, this.name, this.version, this.release);
    }

}
