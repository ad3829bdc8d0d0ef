package dev.muster.service;

import java.util.Optional;

/** What brings a service from the spec it runs by to the one it shall run by. */
enum Operation {

    NOTHING, START, STOP,
    /** Another package, or another shim: stop, then start from it. */
    REPLACE,
    /**
     * Render again by the new spec; the files that come out decide. A change of grace or
     * interval changes no file and so disturbs no process.
     */
    RENDER;

    static Operation between(Optional<ServiceSpec> running, Optional<ServiceSpec> wanted) {
        Optional<ServiceSpec> up = wanted.filter((spec) -> spec.desiredState() == DesiredState.UP);
        if (running.isEmpty()) {
            return up.isPresent() ? START : NOTHING;
        }
        if (up.isEmpty()) {
            return STOP;
        }
        if (!running.get().ident().equals(up.get().ident()) || running.get().fenced() != up.get().fenced()
                || !running.get().configFrom().equals(up.get().configFrom())) {
            return REPLACE;
        }
        return running.get().asksTheSameAs(up.get()) ? NOTHING : RENDER;
    }

}
