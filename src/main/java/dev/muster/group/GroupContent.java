package dev.muster.group;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.Content;
import dev.muster.config.SecretKeys;
import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.key.UnreadableMessageException;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Hash;
import org.jspecify.annotations.Nullable;

/**
 * All that a group is to have: what one revision says.
 *
 * @param layer the applied layer's text
 * @param layerHash of the parsed layer; of the cipher text, where it is encrypted
 * @param envelope whose keys open the layer; empty where it is TOML as it stands
 * @param secrets which values of the layer are; empty where nobody knew
 * @param release which release of its package members run; empty where each runs what it
 * has
 */
record GroupContent(byte[] layer, String layerHash, Optional<Envelope> envelope, Optional<SecretKeys> secrets,
        GroupFiles files, Optional<PackageIdent> release) {

    private static final String TOML = "toml";

    private static final String BOX = "box";

    /** What members have that nothing was applied to. */
    static final GroupContent NOTHING = new GroupContent(new byte[0], Content.hash(Map.of()), Optional.empty(),
            Optional.of(SecretKeys.NONE), GroupFiles.NONE, Optional.empty());

    /** Equal for those that say the same. */
    String hash() {
        return hash(this.layerHash, this.files, this.release);
    }

    /**
     * Of what a revision says; that of a group without files and release is the hash of
     * its layer.
     */
    static String hash(String layerHash, GroupFiles files, Optional<PackageIdent> release) {
        String content = files.contentHash(layerHash);
        return release.map((ident) -> Hash.of((content + "\n" + ident).getBytes(StandardCharsets.UTF_8)).hex())
            .orElse(content);
    }

    GroupContent with(GroupFiles other) {
        return new GroupContent(this.layer, this.layerHash, this.envelope, this.secrets, other, this.release);
    }

    GroupContent with(PackageIdent other) {
        return new GroupContent(this.layer, this.layerHash, this.envelope, this.secrets, this.files,
                Optional.of(other));
    }

    /** The word for what the layer is, as facts have it. */
    String format() {
        return this.envelope.isPresent() ? BOX : TOML;
    }

    /**
     * As facts have it.
     * @param format null in those that knew TOML only
     * @param secrets as far as the fact says; of what is encrypted everything is
     * @param release as facts have it; null in those that say nothing of one
     * @throws IllegalArgumentException when no correct member would say that
     */
    static GroupContent of(@Nullable String format, byte[] layer, String layerHash, Optional<SecretKeys> secrets,
            GroupFiles files, @Nullable String release) {
        Optional<PackageIdent> ident = Optional.ofNullable(release).map(PackageIdent::parseRelease);
        if (format == null || format.equals(TOML)) {
            return new GroupContent(layer, layerHash, Optional.empty(), secrets, files, ident);
        }
        if (!format.equals(BOX)) {
            throw new IllegalArgumentException("A layer is in another format than those known: " + format);
        }
        if (!Hash.of(layer).hex().equals(layerHash)) {
            throw new IllegalArgumentException("An encrypted layer has another hash than its own");
        }
        try {
            return new GroupContent(layer, layerHash, Optional.of(envelope(layer)), Optional.of(SecretKeys.EVERYTHING),
                    files, ident);
        }
        catch (UnreadableMessageException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    private static Envelope envelope(byte[] layer) {
        return BoxMessage.parse(new String(layer, StandardCharsets.ISO_8859_1)).envelope();
    }

}
