package dev.muster.group;

import java.util.Map;

import dev.muster.config.Content;

/**
 * All that a group is to have: what one revision says.
 *
 * @param layer the applied layer's text
 * @param layerHash of the parsed layer
 */
record GroupContent(byte[] layer, String layerHash, GroupFiles files) {

    /** What members have that nothing was applied to. */
    static final GroupContent NOTHING = new GroupContent(new byte[0], Content.hash(Map.of()), GroupFiles.NONE);

    /** Equal for those that say the same. */
    String hash() {
        return this.files.contentHash(this.layerHash);
    }

    GroupContent with(GroupFiles other) {
        return new GroupContent(this.layer, this.layerHash, other);
    }

}
