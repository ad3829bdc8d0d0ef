package dev.muster.update;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;
import org.jspecify.annotations.Nullable;

/**
 * Gets releases from the sources that specs name. Every method waits for disk and
 * network, and may be called on any thread.
 */
final class Fetching {

    private final SourceFinder finder;

    private final ReleaseInstaller installer;

    Fetching(SourceFinder finder, ReleaseInstaller installer) {
        this.finder = finder;
        this.installer = installer;
    }

    /**
     * Installs what a service is to be loaded from, where nothing that fits is there and
     * its spec names a source: the newest release of its channel.
     * @throws SourceFailedException when it cannot be had
     */
    void provide(ServiceSpec spec) {
        if (!Updates.hasSource(spec) || this.installer.hasAny(spec.ident())) {
            return;
        }
        try {
            fetch(spec, (channel) -> spec.ident().isRelease() ? Optional.of(spec.ident())
                    : channel.newest(spec.ident()).map(Channel.Entry::release));
        }
        catch (IOException ex) {
            throw new SourceFailedException("The package " + spec.ident()
                    + " is not installed, and its source has not given it: " + ex.getMessage(), ex);
        }
    }

    /**
     * Installs a release that a group is to run, where it is not there.
     * @param spec how its service is loaded here; null where it is not any more
     * @throws IOException when it cannot be had; its message stands for itself
     */
    void bring(String service, @Nullable ServiceSpec spec, PackageIdent release) throws IOException {
        if (!this.installer.isInstalled(release)) {
            fetch(requireSource(service, spec), (channel) -> Optional.of(release));
        }
    }

    /**
     * Why {@link #bring} would fail as things are; empty where nothing is known to stand
     * in its way.
     */
    Optional<String> obstacle(String service, @Nullable ServiceSpec spec, PackageIdent release) {
        if (this.installer.isInstalled(release)) {
            return Optional.empty();
        }
        try {
            this.installer.requireOffered(this.finder.find(requireSource(service, spec).builderUrl()), release);
            return Optional.empty();
        }
        catch (IOException ex) {
            return Optional.of(String.valueOf(ex.getMessage()));
        }
    }

    private static ServiceSpec requireSource(String service, @Nullable ServiceSpec spec) throws IOException {
        if (spec == null || !Updates.hasSource(spec)) {
            throw new IOException("it is not installed here, and no source of packages is named: muster svc update "
                    + service + " --url URL, or muster pkg install");
        }
        return spec;
    }

    private void fetch(ServiceSpec spec, Function<Channel, Optional<PackageIdent>> choice) throws IOException {
        SourceAddress address = SourceAddress.of(spec);
        Channel channel = SourceWatch.read(this.finder, address);
        PackageIdent release = choice.apply(channel)
            .orElseThrow(() -> new IOException(
                    "channel " + address.channel() + " of " + address.url() + " has no release of " + spec.ident()));
        this.installer.install(this.finder.find(address.url()), channel, release);
    }

}
