package dev.muster.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.muster.config.Environment;
import dev.muster.config.InvalidEnvironmentException;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.Layers;
import dev.muster.config.RenderException;
import dev.muster.config.Templates;
import dev.muster.config.Toml;
import dev.muster.loop.Loop;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs hooks of packages that belong to no service: {@link Hook#INSTALL} and
 * {@link Hook#UNINSTALL}. Their templates know {@code pkg} and {@code cfg}, the latter
 * from {@code default.toml}, the environment and {@code user.toml}; what lies in
 * {@code config_install/} of the package is rendered for them before. Any thread may call
 * this.
 */
public final class PackageHooks {

    private static final Logger log = LoggerFactory.getLogger(PackageHooks.class);

    private static final String INSTALL_CONFIG = "config_install";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Surroundings around;

    private final Loop loop;

    private final Templates templates;

    /** Hooks that run, by what waits for their end. */
    private final Map<CompletableFuture<Result>, HookRun> running = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * @param loop nobody else's, since hooks of packages that install at the same time
     * are watched there
     */
    public PackageHooks(Surroundings around, Loop loop) {
        this.around = around;
        this.loop = loop;
        this.templates = new Templates(
                (ident) -> around.packages().locate(PackageIdent.parse(ident)).map(Path::toString));
    }

    /**
     * How a hook ended.
     *
     * @param code its exit code; -1 when it was ended, since it took too long
     * @param text in words, as {@code install hook exited with 3}
     * @param output the end of what it printed, errors last
     */
    public record Result(int code, String text, String output) {
    }

    /**
     * Renders a hook, runs it and waits for its end.
     * @throws IOException when it could not be rendered or started, or the node ends
     * before it does; the message says which
     */
    public Result run(InstalledPackage pack, Hook hook) throws IOException {
        if (hook != Hook.INSTALL) {
            return runNow(pack, hook);
        }
        if (!this.around.installs().begin(pack.path())) {
            throw new IOException("The install hook of " + pack.ident()
                    + " runs just now, for somebody else or for its service; try again when it has ended");
        }
        try {
            return runNow(pack, hook);
        }
        finally {
            this.around.installs().end(pack.path());
        }
    }

    private Result runNow(InstalledPackage pack, Hook hook) throws IOException {
        ServiceDirectory directory = new ServiceDirectory(this.around.root(), pack.ident().name());
        CompletableFuture<Result> result = new CompletableFuture<>();
        try {
            RunAs runAs = RunAs.choose(this.around.accounts(), pack);
            Optional<String> objection = runAs.objection(this.around.rootAllowed(), pack);
            if (objection.isPresent()) {
                throw new StartException(objection.get());
            }
            directory.create(runAs);
            render(pack, hook, directory, runAs);
            checkWay(pack, hook, directory, runAs);
            Launch launch = launch(pack, hook, directory, runAs);
            this.loop.execute(() -> start(pack, hook, launch, result));
            return result.get();
        }
        catch (StartException | RenderException | InvalidEnvironmentException | UncheckedIOException ex) {
            throw new IOException(told(pack, hook, ex), ex);
        }
        catch (ExecutionException ex) {
            throw new IOException(told(pack, hook, ex.getCause()), ex.getCause());
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(told(pack, hook, ex), ex);
        }
    }

    private static String told(InstalledPackage pack, Hook hook, Throwable why) {
        return "The " + hook.fileName() + " hook of " + pack.ident() + " could not be run: "
                + ((why.getMessage() != null) ? why.getMessage() : "it was interrupted");
    }

    private void start(InstalledPackage pack, Hook hook, Launch launch, CompletableFuture<Result> result) {
        if (this.closed) {
            result.completeExceptionally(new IOException("the node ends"));
            return;
        }
        try {
            HookRun run = HookRun.start(this.around, this.loop, pack.ident().name(), log(pack), hook, launch,
                    hook.timeout(), true, (ended) -> {
                        this.running.remove(result);
                        result.complete(new Result(ended.code().orElse(-1), ended.text(),
                                (ended.output() + "\n" + ended.errors()).strip()));
                    });
            this.running.put(result, run);
        }
        catch (IOException ex) {
            result.completeExceptionally(ex);
        }
    }

    /**
     * Told to whoever reads along; kept in the hook's own files, for there may be no
     * service.
     */
    private ServiceLog log(InstalledPackage pack) {
        return new ServiceLog(this.around.output(), new NotKept(), pack.ident()::name, this.loop.clock());
    }

    private Launch launch(InstalledPackage pack, Hook hook, ServiceDirectory directory, RunAs runAs) {
        String token = "%016x%016x".formatted(this.around.random().nextLong(), this.around.random().nextLong());
        return new Launch(List.of(directory.hook(hook).toString()),
                ServiceEnvironment.of(this.around.environment(), pack, this.around.packages().searchPath(pack),
                        runAs.account()),
                directory.path(), directory.log(hook.fileName() + ".stdout"),
                directory.log(hook.fileName() + ".stderr"), runAs, token, Optional.empty());
    }

    private void checkWay(InstalledPackage pack, Hook hook, ServiceDirectory directory, RunAs runAs)
            throws StartException {
        if (!runAs.switched()) {
            return;
        }
        Optional<Path> barrier = this.around.processes()
            .barrier(runAs.account(), List.of(directory.hook(hook), pack.path()));
        if (barrier.isPresent()) {
            throw new StartException("user " + runAs.account().user() + " cannot pass " + barrier.get()
                    + "; open it with chmod o+x, or choose another --root");
        }
    }

    private void render(InstalledPackage pack, Hook hook, ServiceDirectory directory, RunAs runAs)
            throws IOException, StartException {
        Path installConfig = directory.path().resolve(INSTALL_CONFIG);
        Map<String, Object> data = Map.of("pkg", TemplateData.pack(pack, runAs.account(), directory), "cfg",
                configuration(pack, directory));
        Path templateDirectory = pack.path().resolve(INSTALL_CONFIG);
        if (Files.isDirectory(templateDirectory)) {
            try (Stream<Path> found = Files.walk(templateDirectory, FileVisitOption.FOLLOW_LINKS)) {
                for (Path template : found.filter(Files::isRegularFile).toList()) {
                    Path file = installConfig.resolve(templateDirectory.relativize(template).toString());
                    directory.makeParents(file, runAs);
                    String name = INSTALL_CONFIG + "/" + templateDirectory.relativize(template);
                    write(file, this.templates.render(name, Files.readString(template), data), directory, "rwxr-----",
                            runAs);
                }
            }
        }
        String text = this.templates.render("hooks/" + hook.fileName(), pack.hooks().getOrDefault(hook.fileName(), ""),
                data);
        write(directory.hook(hook), text, directory, "rwxr-xr-x", null);
    }

    /** Writes a file where nobody else may write, and moves it to where somebody may. */
    private static void write(Path file, String text, ServiceDirectory directory, String mode, @Nullable RunAs owner)
            throws IOException {
        Path fresh = Files.createTempFile(directory.path(), ".hook-", "");
        try {
            Files.writeString(fresh, text);
            if (owner != null) {
                ServiceDirectory.own(fresh, owner);
            }
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
        finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Map<String, Object> configuration(InstalledPackage pack, ServiceDirectory directory) throws StartException {
        Map<String, Object> user;
        try {
            user = Toml.parse(Files.readString(directory.userFile()));
        }
        catch (NoSuchFileException ex) {
            // Nobody has set anything for it.
            user = Map.of();
        }
        catch (IOException | InvalidTomlException ex) {
            throw new StartException(directory.userFile() + ": " + ex.getMessage());
        }
        return Layers
            .merge(List.of(pack.defaults(), Environment.layer(pack.ident().name(), this.around.environment()), user));
    }

    /** Ends what still runs, for the node ends; each will run again. */
    public void close() {
        this.closed = true;
        CompletableFuture<Void> ended = new CompletableFuture<>();
        this.loop.execute(() -> {
            this.running.forEach((result, run) -> {
                run.abandon();
                result.completeExceptionally(new IOException("the node ends"));
            });
            ended.complete(null);
        });
        ended.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).exceptionally((late) -> {
            log.warn("Hooks of packages may still run: count={}", this.running.size());
            return null;
        }).join();
    }

    /** A log of nothing. */
    private static final class NotKept implements LineLog {

        @Override
        public void append(Entry entry) {
            // The hook's own files have it.
        }

        @Override
        public List<Entry> tail(int lines) {
            return List.of();
        }

        @Override
        public Following follow(int lines, Listener listener) {
            listener.ended();
            return () -> {
            };
        }

        @Override
        public void close() {
            // There is nothing open.
        }

    }

}
