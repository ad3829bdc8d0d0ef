package dev.muster.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;
import dev.muster.pack.UnusablePackageException;
import dev.muster.rumor.Hash;
import dev.muster.update.Channel;
import dev.muster.update.PackageSource;
import dev.muster.update.ReleaseInstaller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs what a source has, by the rules of {@link PackageStore}, and takes old
 * releases away.
 */
public final class SourcedPackages implements ReleaseInstaller {

    private static final Logger log = LoggerFactory.getLogger(SourcedPackages.class);

    private final PackageStore store;

    private final PackagePath path;

    public SourcedPackages(PackageStore store, PackagePath path) {
        this.store = store;
        this.path = path;
    }

    @Override
    public boolean hasAny(PackageIdent wanted) {
        return this.path.locate(wanted).isPresent();
    }

    @Override
    public boolean isInstalled(PackageIdent release) {
        return this.path.locate(release).filter((directory) -> missing(release, directory).isEmpty()).isPresent();
    }

    private List<PackageIdent> missing(PackageIdent release, Path directory) {
        try {
            return InstalledPackage.describe(release, directory)
                .dependencies()
                .stream()
                .filter((needed) -> this.path.locate(needed).isEmpty())
                .toList();
        }
        catch (UnusablePackageException ex) {
            // Whoever starts it finds out, and says so.
            return List.of();
        }
    }

    @Override
    public void install(PackageSource source, Channel channel, PackageIdent release) throws IOException {
        if (this.path.locate(release).isEmpty()) {
            installOne(source, channel, release);
        }
        Optional<Path> place = this.path.locate(release);
        if (place.isPresent()) {
            for (PackageIdent needed : missing(release, place.get())) {
                installOne(source, channel, needed);
            }
        }
    }

    @Override
    public void requireOffered(PackageSource source, PackageIdent release) throws IOException {
        source.archive(release, this.path.target()).close();
    }

    private void installOne(PackageSource source, Channel channel, PackageIdent release) throws IOException {
        try (InputStream in = source.archive(release, this.path.target());
                PackageStore.Upload upload = this.store.receive(in)) {
            requireAsListed(source, channel.find(release).flatMap(Channel.Entry::checksum), release, upload.file());
            this.store.install(release, upload.file(), false);
        }
        catch (HookFailedException ex) {
            // It is in its place, and the start of its service runs the hook again:
            // whoever
            // watches over that sees what it comes to.
            log.warn("Install hook of a new release has failed: package={} reason={}", release, ex.getMessage());
        }
        catch (InvalidArchiveException | PackageConflictException | UnusablePackageException ex) {
            throw new IOException(ex.getMessage(), ex);
        }
    }

    /**
     * What nobody has signed, and of which no checksum is known, is taken from this host
     * alone, or over a connection that nobody else writes to.
     */
    private static void requireAsListed(PackageSource source, Optional<String> checksum, PackageIdent release,
            Path archive) throws IOException {
        if (checksum.isPresent()) {
            String found = sha256(archive);
            if (!found.equals(checksum.get())) {
                throw new IOException("the archive of " + release + " has the SHA-256 " + found
                        + ", and its channel says " + checksum.get());
            }
        }
        if (!source.isTrusted() && !PackageArchive.of(archive).signed()) {
            throw new IOException(
                    "the archive of " + release + " is not signed, and comes over a connection that others"
                            + " can change: serve a signed .hart, or the source over https");
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Hash.digest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[65_536];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return Hash.wrap(digest.digest()).hex();
    }

    @Override
    public void clean(PackageIdent named, int keep, Set<PackageIdent> needed) {
        List<PackageIdent> old = this.store.list(Optional.of(named))
            .stream()
            .filter(InstalledRelease::removable)
            .map(InstalledRelease::ident)
            .sorted(Comparator.comparing((PackageIdent ident) -> ident, PackageIdent.OLDEST_FIRST).reversed())
            .skip(keep)
            .filter((ident) -> !needed.contains(ident))
            .toList();
        for (PackageIdent release : old) {
            try {
                this.store.uninstall(release, false);
                log.info("Old release removed: package={} kept={}", release, keep);
            }
            catch (IOException | RuntimeException ex) {
                log.debug("Old release stays: package={} reason={}", release, ex.getMessage());
            }
        }
    }

}
