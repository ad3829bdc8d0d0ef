package dev.muster.shell;

import java.util.concurrent.ThreadLocalRandom;

/** Keys under which a node knows the repetition of a request. */
final class Requests {

    private Requests() {
    }

    /** Not a secret, so it does not pay to wait for better randomness. */
    static String key() {
        return Long.toHexString(System.currentTimeMillis()) + "-" + Long.toHexString(ProcessHandle.current().pid())
                + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

}
