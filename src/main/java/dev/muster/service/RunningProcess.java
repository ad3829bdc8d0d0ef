package dev.muster.service;

import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A process that was started or taken back, with all that came of it: its process group,
 * and children that went into sessions of their own but still carry
 * {@link Launch#TOKEN_VARIABLE}.
 */
public interface RunningProcess {

    ProcessIdentity.Started started();

    default long pid() {
        return started().pid();
    }

    /**
     * Signals all of it; does nothing when that is gone, and never reaches a number that
     * belongs to someone else by now. Reads {@code /proc}; not for a tight loop.
     * @param signal name without SIG: {@code TERM}, {@code HUP}, {@code KILL}
     */
    void signal(String signal);

    /**
     * Whether nothing of it is left. Cheap while the process itself lives; reads all of
     * {@code /proc} afterwards.
     */
    boolean gone();

    /**
     * Calls {@code listener} once the process itself has ended, on any thread, also if
     * that was before. The code is empty when nobody knows it.
     */
    void onExit(Consumer<OptionalInt> listener);

}
