package dev.muster.update;

import dev.muster.service.ServiceSpec;

/**
 * Names a channel of a source.
 *
 * @param url a directory, or the address of a server
 * @param channel its name
 */
public record SourceAddress(String url, String channel) {

    static SourceAddress of(ServiceSpec spec) {
        return new SourceAddress(spec.builderUrl(), spec.channel());
    }

    /** Whether there is anybody to ask. */
    public boolean isNamed() {
        return !this.url.equals(ServiceSpec.DEFAULT_BUILDER_URL);
    }

}
