package dev.muster.gateway;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.muster.archive.Installation;
import dev.muster.archive.InstalledRelease;
import dev.muster.archive.PackageStore;
import dev.muster.pack.PackageIdent;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The packages that this node finds. An archive goes to the disk as it comes, and is read
 * from there.
 */
@RestController
@RequestMapping("/v1/packages")
final class PackageController {

    private static final Logger log = LoggerFactory.getLogger(PackageController.class);

    private final PackageStore packages;

    PackageController(PackageStore packages) {
        this.packages = packages;
    }

    @GetMapping
    List<PackageLine> packages(@RequestParam(required = false) @Nullable String ident) {
        return this.packages.list(Optional.ofNullable(ident).map(PackageIdent::parse))
            .stream()
            .map(PackageLine::of)
            .toList();
    }

    @PutMapping(path = "/{origin}/{name}/{version}/{release}",
            consumes = { MediaType.APPLICATION_OCTET_STREAM_VALUE, "application/gzip", "application/x-xz" })
    ResponseEntity<InstallationLine> install(@PathVariable String origin, @PathVariable String name,
            @PathVariable String version, @PathVariable String release,
            @RequestParam(defaultValue = "false") boolean force, HttpServletRequest request) {
        PackageIdent ident = new PackageIdent(origin, name, version, release);
        try (PackageStore.Upload upload = this.packages.receive(request.getInputStream())) {
            Installation done = this.packages.install(ident, upload.file(), force);
            return ResponseEntity.status(done.fresh() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(InstallationLine.of(done));
        }
        catch (IOException ex) {
            throw failed(ident + " could not be installed", ex);
        }
    }

    @DeleteMapping({ "/{origin}/{name}", "/{origin}/{name}/{version}", "/{origin}/{name}/{version}/{release}" })
    Removed uninstall(@PathVariable String origin, @PathVariable String name,
            @PathVariable(required = false) @Nullable String version,
            @PathVariable(required = false) @Nullable String release,
            @RequestParam(defaultValue = "false") boolean all) {
        PackageIdent ident = new PackageIdent(origin, name, version, release);
        try {
            return new Removed(this.packages.uninstall(ident, all).stream().map(PackageIdent::toString).toList());
        }
        catch (IOException ex) {
            throw failed(ident + " could not be removed", ex);
        }
    }

    /** The disk, or a hook that could not be started. */
    private static ProblemException failed(String what, IOException ex) {
        log.warn("A package was not changed: reason={}", what, ex);
        String reason = String.valueOf(ex.getMessage());
        String told = what + ": " + reason;
        boolean full = reason.toLowerCase(Locale.ROOT).matches("(?s).*(no space left|quota exceeded).*");
        return new ProblemException(full ? ProblemType.STORAGE_FULL : ProblemType.INTERNAL,
                full ? told + ". Make room and try again; nothing was kept" : told);
    }

    /**
     * A package in a list.
     *
     * @param service whether it can be loaded
     * @param installHook {@code none}, {@code pending}, {@code ok} or {@code failed}
     * @param removable whether it lies below the node's own root
     */
    record PackageLine(String ident, String path, boolean service, String installHook, boolean removable) {

        static PackageLine of(InstalledRelease release) {
            return new PackageLine(release.ident().toString(), release.path().toString(), release.service(),
                    release.hook().wireName(), release.removable());
        }

    }

    /**
     * What an install has come to.
     *
     * @param installed {@code now} or {@code already}
     * @param signedBy name of the key; null without a signature, and for {@code already}
     * @param missing packages that it needs and that are not installed
     */
    record InstallationLine(String ident, String path, String installed, @Nullable String signedBy, String installHook,
            List<String> missing) {

        static InstallationLine of(Installation done) {
            return new InstallationLine(done.ident().toString(), done.path().toString(),
                    done.fresh() ? "now" : "already", done.signer().orElse(null), done.hook().wireName(),
                    done.missing().stream().map(PackageIdent::toString).toList());
        }

    }

    /**
     * Releases that are gone.
     *
     * @param removed the newest first
     */
    record Removed(List<String> removed) {
    }

}
