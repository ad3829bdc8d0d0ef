package dev.muster.group;

import java.util.Map;
import java.util.Optional;

import dev.muster.config.Content;
import dev.muster.config.SecretKeys;

/**
 * All that a group is to have: what one revision says.
 *
 * @param layer the applied layer's text
 * @param layerHash of the parsed layer
 * @param secrets which values of the layer are; empty where nobody knew
 */
record GroupContent(byte[] layer, String layerHash, Optional<SecretKeys> secrets, GroupFiles files) {

    /** What members have that nothing was applied to. */
    static final GroupContent NOTHING = new GroupContent(new byte[0], Content.hash(Map.of()),
            Optional.of(SecretKeys.NONE), GroupFiles.NONE);

    /** Equal for those that say the same. */
    String hash() {
        return this.files.contentHash(this.layerHash);
    }

    GroupContent with(GroupFiles other) {
        return new GroupContent(this.layer, this.layerHash, this.secrets, other);
    }

}
