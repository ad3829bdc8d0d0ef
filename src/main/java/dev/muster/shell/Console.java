package dev.muster.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command is connected to.
 *
 * @param out results only
 * @param err everything else that people read
 * @param in what is piped or typed into the command
 * @param typed whether {@code in} is a terminal
 * @param session whether commands come from this input too, so that none may read it for
 * itself
 * @param environment of this process
 * @param defaults options that hold where a command does not give its own
 * @param screen the terminal that {@code out} is, if it is one
 */
record Console(PrintStream out, PrintStream err, InputStream in, boolean typed, boolean session,
        Map<String, String> environment, Map<String, String> defaults, Optional<Screen> screen) {

    static Console ofProcess() {
        return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), System.in, isTerminal(0), false,
                System.getenv(), Map.of(), Screen.ofProcess(System.getenv()));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Whether this file descriptor of this process is a terminal. */
    static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        }
        catch (IOException | UnsupportedOperationException ex) {
            return false;
        }
    }

    Console inSession(Map<String, String> sessionDefaults) {
        return new Console(this.out, this.err, this.in, this.typed, true, this.environment, sessionDefaults,
                this.screen);
    }

    /** With input of its own for one command. */
    Console reading(InputStream input) {
        return new Console(this.out, this.err, input, false, false, this.environment, this.defaults, this.screen);
    }

}
