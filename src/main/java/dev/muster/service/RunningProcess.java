package dev.muster.service;

import java.util.OptionalInt;
import java.util.function.Consumer;

/** A process that was started or taken back, and its process group. */
public interface RunningProcess {

    ProcessIdentity.Started started();

    default long pid() {
        return started().pid();
    }

    /**
     * Signals the whole process group; does nothing when that is gone, or when its number
     * belongs to someone else by now.
     * @param signal name without SIG: {@code TERM}, {@code HUP}, {@code KILL}
     */
    void signal(String signal);

    /**
     * Whether neither the process nor any member of its group is left. Reads
     * {@code /proc}; not for a tight loop.
     */
    boolean gone();

    /**
     * Calls {@code listener} once the process itself has ended, on any thread, also if
     * that was before. The code is empty when this node is not its parent.
     */
    void onExit(Consumer<OptionalInt> listener);

}
