package dev.muster.service;

import java.util.Locale;

/**
 * Where the process of a service stands. All moves there are:
 *
 * <pre>
 *             load, start              init hook done
 *    ┌── DOWN ───────────► STARTING ───────────────► UP
 *    │    ▲ ▲               │    │                   │
 *    │    │ └──── BACKOFF ◄─┘    └──► STOPPING ◄─────┘
 *    │    │          ▲     failed        │  │
 *    │    │          └───────────────────┘  │ gone
 *    │    └─────────────────────────────────┘
 *    ├──────────────────────► UP        (taken back)
 *    └──────────────────────► STOPPING  (ended while no node was there)
 * </pre>
 *
 * Every way from {@link #UP} leads through {@link #STOPPING}, also after the process
 * ended on its own: it may have left children behind, and nothing starts before the whole
 * group is gone.
 */
public enum ProcessState {

    /** Nothing runs. */
    DOWN,
    /** Being rendered, or its {@code init} hook runs. */
    STARTING,
    /** The process runs. */
    UP,
    /** Signalled, and not yet seen to be gone with all its children. */
    STOPPING,
    /** It ended or failed on its own and is started again after a while. */
    BACKOFF;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean mayBecome(ProcessState next) {
        return switch (this) {
            case DOWN -> next == STARTING || next == UP || next == STOPPING;
            case STARTING -> next == UP || next == STOPPING || next == BACKOFF;
            case UP -> next == STOPPING;
            case STOPPING -> next == DOWN || next == BACKOFF;
            case BACKOFF -> next == DOWN;
        };
    }

}
