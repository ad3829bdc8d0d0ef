package dev.muster.update;

import java.io.IOException;

/** Keeps what {@link OwnRelease} says of each service. Waits for the disk. */
public interface OwnReleaseStore {

    /** {@link OwnRelease#NONE} where nothing is kept, or nothing that can be read. */
    OwnRelease read(String service);

    /**
     * @throws IOException when it is not on disk
     */
    void write(String service, OwnRelease release) throws IOException;

}
