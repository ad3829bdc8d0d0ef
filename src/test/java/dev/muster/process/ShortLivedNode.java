package dev.muster.process;

import java.nio.file.Path;

import dev.muster.service.ProcessIdentity;

/** A program that starts one process, says which, and waits to be killed. */
final class ShortLivedNode {

    private ShortLivedNode() {
    }

    public static void main(String... arguments) throws Exception {
        Scripts scripts = new Scripts(Path.of(arguments[0]));
        ProcessIdentity.Started started = new OsProcesses().start(scripts.launch(arguments[1], arguments[2])).started();
        System.out.println("started " + started.pid() + " " + started.startTicks() + " " + started.bootId());
        Thread.currentThread().join();
    }

}
