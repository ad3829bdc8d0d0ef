package dev.muster.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.muster.gateway.NodeControl;
import dev.muster.gateway.RestartRefusedException;

/** Remembers what it was asked for, and may refuse to restart. */
final class AskedControl implements NodeControl {

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private volatile String trouble = "";

    List<String> asked() {
        return this.asked;
    }

    void refuseToRestart(String why) {
        this.trouble = why;
    }

    @Override
    public void stop() {
        this.asked.add("stop");
    }

    @Override
    public void restart() {
        if (!this.trouble.isEmpty()) {
            throw new RestartRefusedException(this.trouble);
        }
        this.asked.add("restart");
    }

}
