package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import dev.muster.update.OwnRelease;
import dev.muster.update.OwnReleaseStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which releases services run that take new ones by themselves, one file of JSON each.
 * Written whole or not at all, and synced. One that cannot be read is left where it is.
 */
public final class OwnReleaseFiles implements OwnReleaseStore {

    private static final Logger log = LoggerFactory.getLogger(OwnReleaseFiles.class);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;

    private OwnReleaseFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * @throws IOException when the directory cannot be made
     */
    public static OwnReleaseFiles open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new OwnReleaseFiles(directory);
    }

    @Override
    public OwnRelease read(String service) {
        Path file = file(service);
        try {
            return JSON.readValue(Files.readAllBytes(file), Body.class).whole();
        }
        catch (NoSuchFileException ex) {
            return OwnRelease.NONE;
        }
        catch (IOException | JacksonException | InvalidIdentException ex) {
            log.warn("What a service ran cannot be read, it starts with the newest release: file={} reason={}", file,
                    ex.toString());
            return OwnRelease.NONE;
        }
    }

    @Override
    public void write(String service, OwnRelease release) throws IOException {
        if (release.equals(OwnRelease.NONE)) {
            Files.deleteIfExists(file(service));
        }
        else {
            NewFile.replace(file(service), JSON.writeValueAsBytes(Body.of(release)), "rw-------");
        }
    }

    private Path file(String service) {
        return this.directory.resolve(service + ".json");
    }

    private record Body(@Nullable String release, @Nullable String before, @Nullable Map<String, String> refused) {

        static Body of(OwnRelease own) {
            Map<String, String> refused = new LinkedHashMap<>();
            own.refused().forEach((ident, why) -> refused.put(ident.toString(), why));
            return new Body(own.release().map(PackageIdent::toString).orElse(null),
                    own.before().map(PackageIdent::toString).orElse(null), refused);
        }

        OwnRelease whole() {
            Map<PackageIdent, String> known = new LinkedHashMap<>();
            if (this.refused != null) {
                this.refused.forEach((ident, why) -> known.put(PackageIdent.parseRelease(ident), why));
            }
            return new OwnRelease(Optional.ofNullable(this.release).map(PackageIdent::parseRelease),
                    Optional.ofNullable(this.before).map(PackageIdent::parseRelease), known);
        }

    }

}
