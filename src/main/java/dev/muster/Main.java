package dev.muster;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.Programs;
import dev.muster.shell.Shell;

/** Entry of the jar: one of the programs in it, or a command of the shell. */
public final class Main {

    /**
     * Name of a command to a class, which is named too so that a client loads nothing of
     * it.
     */
    private static final Map<String, String> PROGRAMS = Map.of(Programs.SUP_RUN.name(), "dev.muster.node.NodeMain",
            Programs.DEMO.name(), "dev.muster.demo.DemoMain", Programs.BENCH_APPLY.name(), "dev.muster.bench.BenchMain",
            Programs.BENCH_SERVICES.name(), "dev.muster.bench.ServicesMain", Programs.BENCH_GROUPS.name(),
            "dev.muster.bench.GroupsMain", Programs.BENCH_FILES.name(), "dev.muster.bench.FilesMain");

    private Main() {
    }

    public static void main(String[] args) throws ReflectiveOperationException {
        Optional<Programs.Call> program = Programs.asked(args);
        if (program.isPresent()) {
            run(program.get());
        }
        else {
            // Logback's own default writes everything to standard output, among the
            // results.
            System.getProperties().putIfAbsent("logback.configurationFile", "dev/muster/shell/logback-client.xml");
            // A connection that was kept and is gone by now would fail the next request.
            System.setProperty("http.keepAlive", "false");
            System.exit(Shell.run(args, version()));
        }
    }

    private static void run(Programs.Call call) throws ReflectiveOperationException {
        String[] words = call.words().toArray(String[]::new);
        try {
            Class.forName(PROGRAMS.get(call.program().name()))
                .getMethod("main", String[].class)
                .invoke(null, (Object) words);
        }
        catch (InvocationTargetException ex) {
            if (ex.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw ex;
        }
    }

    private static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("built from sources");
    }

}
