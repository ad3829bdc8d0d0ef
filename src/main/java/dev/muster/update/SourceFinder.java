package dev.muster.update;

import java.io.IOException;

/** Finds the source that an address names. Any thread. */
@FunctionalInterface
public interface SourceFinder {

    /**
     * @throws IOException when it is no address of a source; its message stands for
     * itself
     */
    PackageSource find(String url) throws IOException;

}
