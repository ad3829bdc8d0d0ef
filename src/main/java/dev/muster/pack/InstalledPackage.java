package dev.muster.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.KeyRules;
import dev.muster.config.KnownKeys;
import dev.muster.config.SchemaRules;
import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import org.jspecify.annotations.Nullable;

/**
 * What one package directory holds, read once; later changes of the directory do not show
 * here. The files are those of a Chef Habitat package.
 */
public final class InstalledPackage {

    private static final String SCHEMA = "config.schema.json";

    private static final Set<String> SIGNALS = Set.of("HUP", "INT", "QUIT", "ILL", "ABRT", "FPE", "KILL", "USR1",
            "SEGV", "USR2", "PIPE", "ALRM", "TERM");

    private static final long LONGEST_TIMEOUT_SECONDS = Duration.ofDays(1).toSeconds();

    private final PackageIdent ident;

    private final Path path;

    private final Map<String, Object> defaults;

    private final Optional<String> configSchema;

    private final SecretKeys secretKeys;

    private final SortedMap<String, String> configTemplates;

    private final SortedMap<String, String> hooks;

    private final @Nullable Path plainRun;

    private final Optional<String> serviceUser;

    private final Optional<String> serviceGroup;

    private final String shutdownSignal;

    private final Optional<Duration> shutdownTimeout;

    private final Map<String, String> exports;

    private final List<String> exposes;

    private final Map<String, List<String>> binds;

    private final Map<String, List<String>> optionalBinds;

    private final List<PackageIdent> directDependencies;

    private final List<PackageIdent> dependencies;

    private final Map<String, String> runtimeEnvironment;

    private final String runtimePath;

    private final boolean runtimePathGiven;

    private InstalledPackage(PackageIdent ident, Path directory) {
        Metafiles files = new Metafiles(ident, directory);
        this.ident = ident;
        this.path = directory;
        this.defaults = defaults(files, directory.resolve("default.toml"));
        this.configSchema = files.text(SCHEMA);
        this.secretKeys = secrets(this.configSchema);
        this.configTemplates = templates(files, directory.resolve("config"), Integer.MAX_VALUE);
        this.hooks = templates(files, directory.resolve("hooks"), 1);
        Path run = directory.resolve("run");
        this.plainRun = (!this.hooks.containsKey("run") && Files.isRegularFile(run)) ? run : null;
        Optional<String> user = files.text("SVC_USER");
        Optional<String> group = files.text("SVC_GROUP");
        boolean both = user.isPresent() && group.isPresent();
        this.serviceUser = both ? user : Optional.empty();
        this.serviceGroup = both ? group : Optional.empty();
        this.shutdownSignal = signal(files, directory.resolve("SHUTDOWN_SIGNAL"));
        this.shutdownTimeout = timeout(files, directory.resolve("SHUTDOWN_TIMEOUT"));
        this.exports = files.pairs("EXPORTS");
        this.exposes = files.words("EXPOSES");
        this.binds = words(files.pairs("BINDS"));
        this.optionalBinds = words(files.pairs("BINDS_OPTIONAL"));
        this.directDependencies = files.idents("DEPS");
        this.dependencies = files.idents("TDEPS");
        Map<String, String> environment = new LinkedHashMap<>(files.pairs("RUNTIME_ENVIRONMENT"));
        environment.putAll(files.pairs("RUNTIME_ENVIRONMENT_PATHS"));
        environment.remove("PATH");
        this.runtimeEnvironment = Collections.unmodifiableMap(environment);
        this.runtimePathGiven = files.text("RUNTIME_PATH").isPresent();
        this.runtimePath = this.runtimePathGiven ? files.searchPath("RUNTIME_PATH", false)
                : files.searchPath("PATH", true);
    }

    /**
     * Reads a package directory.
     * @param ident with version and release; what the directory's own IDENT says does not
     * count
     * @throws UnusablePackageException naming the file, when one is malformed, or when
     * there is no run hook
     */
    public static InstalledPackage read(PackageIdent ident, Path directory) {
        InstalledPackage read = describe(ident, directory);
        if (!read.isService()) {
            throw new UnusablePackageException(ident, read.path, "it is not runnable: it has neither hooks/run nor run",
                    null);
        }
        return read;
    }

    /**
     * As {@link #read}, also of a package that is no service.
     * @throws UnusablePackageException naming the file, when one is malformed
     */
    public static InstalledPackage describe(PackageIdent ident, Path directory) {
        return new InstalledPackage(ident, directory.toAbsolutePath().normalize());
    }

    /** Everything of one package, but for what a directory has in its place. */
    private InstalledPackage(InstalledPackage from, Path directory) {
        Metafiles files = new Metafiles(from.ident, directory);
        this.ident = from.ident;
        this.path = from.path;
        this.defaults = defaults(files, directory.resolve("default.toml"));
        this.configSchema = files.text(SCHEMA);
        this.secretKeys = from.secretKeys.and(secrets(this.configSchema));
        this.configTemplates = templates(files, directory.resolve("config"), Integer.MAX_VALUE);
        this.hooks = templates(files, directory.resolve("hooks"), 1);
        Path run = directory.resolve("run");
        this.plainRun = (!this.hooks.containsKey("run") && Files.isRegularFile(run)) ? run : null;
        this.serviceUser = from.serviceUser;
        this.serviceGroup = from.serviceGroup;
        this.shutdownSignal = from.shutdownSignal;
        this.shutdownTimeout = from.shutdownTimeout;
        this.exports = from.exports;
        this.exposes = from.exposes;
        this.binds = from.binds;
        this.optionalBinds = from.optionalBinds;
        this.directDependencies = from.directDependencies;
        this.dependencies = from.dependencies;
        this.runtimeEnvironment = from.runtimeEnvironment;
        this.runtimePath = from.runtimePath;
        this.runtimePathGiven = from.runtimePathGiven;
    }

    /**
     * This package with {@code default.toml}, {@code config/} and {@code hooks/} of a
     * directory in place of its own, for whoever develops them.
     * @throws UnusablePackageException naming the file, when one is malformed, or when
     * there is no run hook
     */
    public InstalledPackage configuredFrom(Path directory) {
        InstalledPackage configured = new InstalledPackage(this, directory.toAbsolutePath().normalize());
        if (!configured.isService()) {
            throw new UnusablePackageException(this.ident, directory,
                    "it is not runnable: it has neither hooks/run nor run", null);
        }
        return configured;
    }

    private static SecretKeys secrets(Optional<String> schema) {
        return schema.map(SecretKeys::ofSchema).orElse(SecretKeys.NONE);
    }

    private static Map<String, Object> defaults(Metafiles files, Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            return Toml.parse(files.read(file));
        }
        catch (InvalidTomlException ex) {
            throw files.unusable(file, ex.getMessage(), ex);
        }
    }

    private static SortedMap<String, String> templates(Metafiles files, Path directory, int depth) {
        SortedMap<String, String> templates = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> found = Files.walk(directory, depth, FileVisitOption.FOLLOW_LINKS)) {
                found.filter((file) -> !Files.isDirectory(file)).forEach((file) -> {
                    if (!Files.isRegularFile(file)) {
                        throw files.unusable(file, "it is no file that can be read, nor a link to one", null);
                    }
                    templates.put(directory.relativize(file).toString(), files.read(file));
                });
            }
            catch (IOException | UncheckedIOException ex) {
                throw files.unusable(directory, "it cannot be listed (" + ex.getMessage() + ")", ex);
            }
        }
        return Collections.unmodifiableSortedMap(templates);
    }

    private static String signal(Metafiles files, Path file) {
        String signal = files.text(file.getFileName().toString()).orElse("TERM");
        if (!SIGNALS.contains(signal)) {
            throw files.unusable(file, "'" + signal + "' is no signal; known are " + new TreeSet<>(SIGNALS), null);
        }
        return signal;
    }

    private static Optional<Duration> timeout(Metafiles files, Path file) {
        return files.text(file.getFileName().toString()).map((text) -> {
            try {
                long seconds = Long.parseLong(text);
                if (seconds >= 0 && seconds <= LONGEST_TIMEOUT_SECONDS) {
                    return Duration.ofSeconds(seconds);
                }
            }
            catch (NumberFormatException ex) {
                throw files.unusable(file, "'" + text + "' is no number of seconds", ex);
            }
            throw files.unusable(file, "'" + text + "' is no number of seconds from 0 to " + LONGEST_TIMEOUT_SECONDS,
                    null);
        });
    }

    /** With version and release. */
    public PackageIdent ident() {
        return this.ident;
    }

    /** Whether it can be run: it has {@code hooks/run} or {@code run}. */
    public boolean isService() {
        return this.hooks.containsKey("run") || this.plainRun != null;
    }

    /** The directory; absolute. */
    public Path path() {
        return this.path;
    }

    /** The weakest layer of the configuration: {@code default.toml}, or empty. */
    public Map<String, Object> defaults() {
        return this.defaults;
    }

    /**
     * What the package expects of its configuration: by its {@code config.schema.json},
     * or by its defaults and templates where it has none.
     * @throws UnusablePackageException when its schema cannot be used
     */
    public KeyRules keyRules() {
        if (this.configSchema.isEmpty()) {
            return knownKeys();
        }
        try {
            return new SchemaRules(this.configSchema.get(), this.defaults);
        }
        catch (IllegalArgumentException ex) {
            throw new UnusablePackageException(this.ident, this.path.resolve(SCHEMA), String.valueOf(ex.getMessage()),
                    ex);
        }
    }

    /** Whether {@link #keyRules()} come from a schema. */
    public boolean hasSchema() {
        return this.configSchema.isPresent();
    }

    /** As {@link #keyRules()}, whatever schema the package has. */
    public KeyRules knownKeys() {
        List<String> templates = new ArrayList<>(this.configTemplates.values());
        templates.addAll(this.hooks.values());
        return new KnownKeys(this.defaults, templates, this.exports.values());
    }

    /** The values of its configuration that its schema marks as secret. */
    public SecretKeys secretKeys() {
        return this.secretKeys;
    }

    /**
     * What lies below {@code config/}: the template of each file by its relative path.
     */
    public SortedMap<String, String> configTemplates() {
        return this.configTemplates;
    }

    /**
     * The template of each file in {@code hooks/} by its name. Where there is no
     * {@code run} among them, there is a {@link #plainRun()}.
     */
    public SortedMap<String, String> hooks() {
        return this.hooks;
    }

    /**
     * The file {@code run} of a package that has no {@code hooks/run}. It is the run hook
     * then, but it is copied byte for byte and not rendered: it may be any program.
     */
    public Optional<Path> plainRun() {
        return Optional.ofNullable(this.plainRun);
    }

    /** Whom to run as, when the node may choose; empty unless the package names both. */
    public Optional<String> serviceUser() {
        return this.serviceUser;
    }

    /** As {@link #serviceUser()}. */
    public Optional<String> serviceGroup() {
        return this.serviceGroup;
    }

    /** The signal that asks the service to end, without SIG; TERM unless given. */
    public String shutdownSignal() {
        return this.shutdownSignal;
    }

    /** How long the service may take to end; at most a day. */
    public Optional<Duration> shutdownTimeout() {
        return this.shutdownTimeout;
    }

    /** What other groups may see: name and the path of a value in the configuration. */
    public Map<String, String> exports() {
        return this.exports;
    }

    /** Groups that it cannot do without, by its names for them: what they must export. */
    public Map<String, List<String>> binds() {
        return this.binds;
    }

    /** Groups that it can use, as {@link #binds()}. */
    public Map<String, List<String>> optionalBinds() {
        return this.optionalBinds;
    }

    private static Map<String, List<String>> words(Map<String, String> pairs) {
        Map<String, List<String>> words = new LinkedHashMap<>();
        pairs.forEach((name, text) -> words.put(name,
                Stream.of(text.split("\\s+")).filter((word) -> !word.isEmpty()).toList()));
        return Collections.unmodifiableMap(words);
    }

    /** Names of exports, or ports, that the service listens on. */
    public List<String> exposes() {
        return this.exposes;
    }

    /** The packages it names as needed to run, in its order. */
    public List<PackageIdent> directDependencies() {
        return this.directDependencies;
    }

    /** All packages it needs to run, those they need included. */
    public List<PackageIdent> dependencies() {
        return this.dependencies;
    }

    /** Environment variables for hooks and service; never PATH. */
    public Map<String, String> runtimeEnvironment() {
        return this.runtimeEnvironment;
    }

    /**
     * Directories to be searched for programs, a colon list: what the package says, else
     * its own program directories. Those in the package are where the package is, also
     * when it was built to be installed elsewhere. May be empty.
     */
    public String runtimePath() {
        return this.runtimePath;
    }

    /**
     * Whether {@link #runtimePath()} is all there is to say, as in every package that a
     * builder made; otherwise the programs of its dependencies come after its own.
     */
    boolean runtimePathGiven() {
        return this.runtimePathGiven;
    }

    @Override
    public String toString() {
        return this.ident + " in " + this.path;
    }

}
