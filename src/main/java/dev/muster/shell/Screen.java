package dev.muster.shell;

import java.util.Map;
import java.util.Optional;

import org.jline.nativ.CLibrary;

/** A terminal that results are written to: lines on it can be written over. */
interface Screen {

    /** In characters, as it is now; people change it. */
    Size size();

    /**
     * The terminal that the standard output of this process is; empty where it is none,
     * or one that only appends.
     */
    static Optional<Screen> ofProcess(Map<String, String> environment) {
        String type = environment.getOrDefault("TERM", "dumb");
        return (Console.isTerminal(1) && !type.equals("dumb")) ? Optional.of(Screen::measured) : Optional.empty();
    }

    /**
     * By asking the terminal itself. Not by JLine's terminal, which is one only where
     * standard input is, too, and that is where the TOML comes from.
     */
    private static Size measured() {
        try {
            CLibrary.WinSize size = new CLibrary.WinSize();
            boolean known = CLibrary.ioctl(1, CLibrary.TIOCGWINSZ, size) == 0;
            return (known && size.ws_col > 0 && size.ws_row > 0) ? new Size(size.ws_col, size.ws_row) : Size.USUAL;
        }
        catch (UnsatisfiedLinkError | NoClassDefFoundError ex) {
            // No library for this machine, or nowhere to unpack it.
            return Size.USUAL;
        }
    }

    /** In characters. */
    record Size(int columns, int rows) {

        static final Size USUAL = new Size(80, 24);

    }

}
