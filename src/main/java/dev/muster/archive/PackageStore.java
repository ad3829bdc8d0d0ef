package dev.muster.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;
import dev.muster.pack.PackagePath.Located;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs packages below the node's root, and takes them away again. Every method may be
 * called on any thread and waits for disk and hooks. Packages in other directories of the
 * package path are seen and never changed.
 */
public final class PackageStore {

    private static final Logger log = LoggerFactory.getLogger(PackageStore.class);

    private static final Path BUILT_FOR = Path.of("/hab/pkgs");

    private final PackageDirectory own;

    private final Path uploads;

    private final PackagePath path;

    private final PublicKeys keys;

    private final InstallHooks hooks;

    private final ReleaseUse use;

    private final Limits limits;

    /** One at a time per release; the map keeps those that were ever asked for. */
    private final Map<PackageIdent, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Unpacking takes some megabytes, and the node has few. */
    private final Semaphore unpacking = new Semaphore(1, true);

    /**
     * @param own the node's directory of packages
     * @param uploads where archives lie while they are read; must exist or be creatable
     * @param path where packages are looked for, {@code own} among it
     * @param use who needs what is to be taken away
     */
    public PackageStore(Path own, Path uploads, PackagePath path, PublicKeys keys, InstallHooks hooks, ReleaseUse use,
            Limits limits) {
        this.own = new PackageDirectory(own.toAbsolutePath().normalize());
        this.uploads = uploads;
        this.path = path;
        this.keys = keys;
        this.hooks = hooks;
        this.use = use;
        this.limits = limits;
    }

    /**
     * Removes what a node that was killed has left behind; to be called before anything
     * else.
     */
    public void clean() throws IOException {
        this.own.clean();
        if (Files.isDirectory(this.uploads)) {
            try (Stream<Path> left = Files.list(this.uploads)) {
                for (Path file : left.filter((entry) -> entry.getFileName().toString().startsWith(".upload-"))
                    .toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Writes an archive to the disk, to be installed from there.
     * @throws InvalidArchiveException when it is larger than packages may be
     */
    public Upload receive(InputStream body) throws IOException {
        Files.createDirectories(this.uploads);
        Upload upload = new Upload(Files.createTempFile(this.uploads, ".upload-", ""));
        try (OutputStream out = Files.newOutputStream(upload.file())) {
            byte[] buffer = new byte[65_536];
            long received = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                received += read;
                if (received > this.limits.bytes()) {
                    // A sender whose connection ends while it sends never reads why.
                    body.transferTo(OutputStream.nullOutputStream());
                    throw InvalidArchiveException.tooLarge("The archive has more than " + this.limits.bytes()
                            + " bytes, which is the most; set " + Limits.VARIABLE + " to more GiB for the node");
                }
                out.write(buffer, 0, read);
            }
            return upload;
        }
        catch (IOException | RuntimeException ex) {
            upload.close();
            throw ex;
        }
    }

    /**
     * Installs a release: checks the archive, unpacks it beside its place, gives it its
     * place by one rename, and runs its install hook. One that is there already is left
     * as it is, only an install hook that has not succeeded runs again.
     * @param ident with version and release
     * @param force whether a release that is there is replaced
     * @throws InvalidArchiveException when the archive is not taken
     * @throws PackageConflictException when it would replace what a service runs
     * @throws HookFailedException when the package is installed and its hook has failed
     * @throws IOException when the disk fails, or the hook could not be started
     */
    public Installation install(PackageIdent ident, Path archive, boolean force) throws IOException {
        ReentrantLock lock = lock(ident);
        lock.lock();
        try {
            Path target = this.own.of(ident);
            boolean there = isInstalled(ident);
            if (there && !force) {
                return installed(ident, target, false, Optional.empty());
            }
            if (there) {
                requireNotRun(ident, "replaced");
            }
            Optional<String> signer = unpack(ident, PackageArchive.of(archive));
            log.info("Package installed: ident={} path={} signed={}", ident, target, signer.orElse("no"));
            return installed(ident, target, true, signer);
        }
        finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(PackageIdent ident) {
        if (ident.release() == null) {
            throw new IllegalArgumentException("A release is installed, and " + ident + " names none");
        }
        return this.locks.computeIfAbsent(ident, (key) -> new ReentrantLock(true));
    }

    /**
     * Whether the node's own directory has it; without a TARGET it is the rest of one.
     */
    private boolean isInstalled(PackageIdent ident) {
        return this.path.all(ident).stream().anyMatch((found) -> found.directory().equals(this.own.of(ident)));
    }

    private Installation installed(PackageIdent ident, Path target, boolean fresh, Optional<String> signer)
            throws IOException {
        InstalledPackage pack = InstalledPackage.describe(ident, target);
        HookStatus hook = HookStatus.of(target);
        if (hook.due()) {
            InstallHooks.Outcome outcome = this.hooks.run(pack, InstallHooks.INSTALL);
            HookStatus.write(target, outcome.code());
            if (!outcome.succeeded()) {
                throw new HookFailedException(ident, "The package " + ident + " is installed, and its install hook has"
                        + " failed; correct what it says and install it again, or load it, to run the hook once more",
                        outcome);
            }
            hook = HookStatus.OK;
        }
        List<PackageIdent> missing = pack.dependencies()
            .stream()
            .filter((needed) -> this.path.locate(needed).isEmpty())
            .toList();
        return new Installation(ident, target, fresh, signer, hook, missing);
    }

    private Optional<String> unpack(PackageIdent ident, PackageArchive archive) throws IOException {
        this.unpacking.acquireUninterruptibly();
        try {
            Optional<String> signer = archive.verify(this.keys, ident.origin());
            PackageArchive.Contents contents = archive.contents();
            requireSame(ident, contents.ident());
            Path begun = this.own.begin(ident);
            try {
                LinkRule links = new LinkRule(List.of(BUILT_FOR, this.own.path()));
                try (BoundedTar tar = archive.open()) {
                    new Unpacking(begun, contents.top(), links, this.limits).unpack(tar);
                }
                Files.deleteIfExists(begun.resolve(HookStatus.FILE));
                new Inspection(ident, begun, this.path.target()).check();
                this.own.finish(begun, ident, true);
            }
            finally {
                this.own.discard(begun);
            }
            return signer;
        }
        finally {
            this.unpacking.release();
        }
    }

    private static void requireSame(PackageIdent wanted, PackageIdent found) {
        if (!found.equals(wanted)) {
            throw new InvalidArchiveException("The archive is the package " + found + ", and " + wanted
                    + " was to be installed: its file IDENT decides");
        }
    }

    private void requireNotRun(PackageIdent ident, String what) {
        List<String> services = this.use.runBy(ident);
        if (!services.isEmpty()) {
            throw new PackageConflictException(
                    "The package " + ident + " cannot be " + what + ": " + String.join(", ", services)
                            + " runs it now. Stop it first (muster svc stop " + services.get(0) + ")",
                    List.of(ident));
        }
    }

    private void requireUnclaimed(PackageIdent ident) {
        List<ReleaseUse.Claim> claims = this.use.claims(ident);
        if (!claims.isEmpty()) {
            ReleaseUse.Claim first = claims.get(0);
            throw new PackageConflictException("The package " + ident + " cannot be removed: "
                    + claims.stream()
                        .map((claim) -> claim.group() + " " + claim.why())
                        .collect(Collectors.joining(", "))
                    + ". Try again when the group runs another release and its rollout is over (muster rollout status "
                    + first.group() + "), or unload its service here first (muster svc unload " + first.service() + ")",
                    List.of(ident));
        }
    }

    /**
     * Every package of the package path for this machine; of several directories with the
     * same release the first, which is the one that is used.
     * @param wanted empty for all
     */
    public List<InstalledRelease> list(Optional<PackageIdent> wanted) {
        List<InstalledRelease> releases = new ArrayList<>();
        for (Located found : wanted.map(this.path::all).orElseGet(this.path::all)) {
            if (releases.stream().noneMatch((known) -> known.ident().equals(found.ident()))) {
                releases.add(describe(found));
            }
        }
        return List.copyOf(releases);
    }

    private InstalledRelease describe(Located found) {
        Path directory = found.directory();
        boolean service = Files.isRegularFile(directory.resolve("hooks/run"))
                || Files.isRegularFile(directory.resolve("run"));
        try {
            return new InstalledRelease(found.ident(), directory, service, HookStatus.of(directory), isOwn(found));
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot read " + directory.resolve(HookStatus.FILE), ex);
        }
    }

    private boolean isOwn(Located found) {
        return found.directory().startsWith(this.own.path());
    }

    /**
     * Takes releases away, after the uninstall hook if they are the last ones of their
     * name.
     * @param all whether every release that fits is meant; without it only one may
     * @return what was removed, the newest first
     * @throws NotInstalledException when there is none
     * @throws PackageConflictException when it is not clear which is meant, a service
     * runs one, a group is to run one, another package needs one, or it is not the node's
     * to remove
     * @throws HookFailedException when the hook has failed; nothing was removed
     */
    public List<PackageIdent> uninstall(PackageIdent wanted, boolean all) throws IOException {
        Removal removal = new Removal(this.path, this.own);
        List<PackageIdent> chosen = removal.choose(wanted, all);
        List<ReentrantLock> held = chosen.stream()
            .sorted(java.util.Comparator.comparing(PackageIdent::toString))
            .map(this::lock)
            .toList();
        held.forEach(ReentrantLock::lock);
        try {
            chosen.forEach((ident) -> requireNotRun(ident, "removed"));
            chosen.stream().filter((ident) -> !removal.isElsewhere(ident)).forEach(this::requireUnclaimed);
            removal.requireNotNeeded(chosen);
            if (removal.areTheLast(chosen)) {
                runUninstallHook(chosen.get(0));
            }
            for (PackageIdent ident : chosen) {
                this.own.remove(ident);
                log.info("Package removed: ident={}", ident);
            }
            return chosen;
        }
        finally {
            held.forEach(ReentrantLock::unlock);
        }
    }

    private void runUninstallHook(PackageIdent ident) throws IOException {
        Path directory = this.own.of(ident);
        if (!Files.isRegularFile(directory.resolve("hooks").resolve(InstallHooks.UNINSTALL))) {
            return;
        }
        InstallHooks.Outcome outcome = this.hooks.run(InstalledPackage.describe(ident, directory),
                InstallHooks.UNINSTALL);
        if (!outcome.succeeded()) {
            throw new HookFailedException(ident,
                    "The package " + ident + " was not removed, for its uninstall hook has"
                            + " failed; correct what it says and try again, or remove "
                            + directory.resolve("hooks/uninstall") + " to do without it",
                    outcome);
        }
    }

    /** An archive on the disk; gone when this is closed. */
    public record Upload(Path file) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(this.file);
        }

    }

}
