package dev.muster.store;

import java.io.IOException;

/** More bytes came than are taken; a smaller content will do better. */
public final class ContentTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long limit;

    private final long size;

    ContentTooLargeException(long limit, long size) {
        super("The file has " + size + " bytes; the most is " + limit);
        this.limit = limit;
        this.size = size;
    }

    public long limit() {
        return this.limit;
    }

    public long size() {
        return this.size;
    }

}
