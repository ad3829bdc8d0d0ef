package dev.muster.node;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ch.qos.logback.classic.LoggerContext;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.Toml;
import dev.muster.gateway.GatewayCertificates;
import dev.muster.group.InvalidNameException;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import dev.muster.process.OsProcesses;
import dev.muster.ring.ListenFailedException;
import dev.muster.ring.RingConfig;
import dev.muster.ring.Timings;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.RootRefusedException;
import dev.muster.service.ServiceSpec;
import dev.muster.service.Surroundings;
import dev.muster.shell.ArgvParser;
import dev.muster.shell.Arguments;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;
import dev.muster.store.KeyCache;
import dev.muster.store.RootInUseException;
import dev.muster.store.RootLayout;
import dev.muster.update.SourceFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

import org.springframework.context.ConfigurableApplicationContext;

/** {@code muster sup run}: one node until it is told to end. */
public final class NodeMain {

    private static final int FAILED = 1;

    private static final int USAGE = 2;

    private static final int NOT_FOUND = 5;

    private static final int CONFLICT = 6;

    private static final int INVALID = 7;

    private NodeMain() {
    }

    /**
     * Entry of the launcher.
     * @param words of the command line behind {@code sup run}
     */
    public static void main(String[] words) {
        int code;
        try {
            Arguments arguments = ArgvParser.parse(Programs.SUP_RUN, List.of(words));
            prepareLogging(home());
            Succession succession = new Succession(List.of(words), launcher(), System.getenv());
            Ending ending = new Ending(succession);
            // Who takes a node's place finds the services that it had.
            Optional<String> ident = succession.isSuccessor() ? Optional.empty() : arguments.positional(0);
            code = run(arguments.options(), ident, home(), ending, System.err);
            if (code == Succession.RESTART) {
                code = succession.goOn(ending);
            }
        }
        catch (UsageException ex) {
            code = refuse(System.err, ex, USAGE);
        }
        System.exit(code);
    }

    private static Optional<Path> launcher() {
        return Optional.ofNullable(System.getProperty("muster.launcher")).map(Path::of);
    }

    private static Path home() {
        return Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
    }

    /**
     * Runs a node in this process; returns when it has ended.
     * @param options of the command line, by name without dashes
     * @param ident the service to load at the start, if one was named
     * @param home the distribution's directory
     * @param ending tells when
     * @param err where the one sentence goes that says why it does not start
     * @return the exit code
     */
    private static int run(Map<String, List<String>> options, Optional<String> ident, Path home, Ending ending,
            PrintStream err) {
        // Names of peers are asked for again each time; an answer of a minute ago is
        // another
        // container's.
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        try {
            return start(options, ident, home, ending);
        }
        catch (OptionException | IllegalArgumentException ex) {
            return refuse(err, ex,
                    (ex instanceof InvalidNameException || ex instanceof InvalidIdentException
                            || ex instanceof MalformedSpecException || ex instanceof InvalidTomlException) ? INVALID
                                    : USAGE);
        }
        catch (RootInUseException | ListenFailedException | AddressInUseException ex) {
            return refuse(err, ex, CONFLICT);
        }
        catch (PackageNotFoundException ex) {
            return refuse(err, ex, NOT_FOUND);
        }
        catch (RootRefusedException ex) {
            return refuse(err, ex, USAGE);
        }
        catch (UnusablePackageException ex) {
            return refuse(err, ex, INVALID);
        }
        catch (IOException | UncheckedIOException | SourceFailedException ex) {
            return refuse(err, ex, FAILED);
        }
        finally {
            flush();
        }
    }

    /** Before the first line is logged. */
    private static void prepareLogging(Path home) {
        System.setProperty("logback.configurationFile", home.resolve("config/logback.xml").toString());
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    private static int refuse(PrintStream err, Exception why, int code) {
        err.println("muster: " + why.getMessage());
        return code;
    }

    private static int start(Map<String, List<String>> given, Optional<String> ident, Path home, Ending ending)
            throws IOException {
        OptionSources sources = new OptionSources(given, System.getenv(), files(given));
        SystemHost host = new SystemHost();
        NodeOptions options = NodeOptions.read(sources, host);
        Optional<ServiceSpec> spec = ident.map((text) -> SpecOptions.read(text, sources));
        SupervisorLayout.json(options.jsonLogging());
        RootLayout layout = RootLayout.choose(options.root());
        KeyCache keys = KeyCache.choose(Optional.empty(), System.getenv(), layout);
        Optional<RingKeys> ringKeys = options.insecure() ? Optional.empty()
                : RingKeys.find(options.ring(), System.getenv("HAB_RING_KEY"), keys);
        GatewayCertificates certificates = CertificateOptions.read(sources);
        Exposure.check(host, options, new Exposure.Protection(ringKeys.isPresent(), certificates.control().isPresent(),
                Node.gatewayToken(System.getenv()).isPresent()), keys.directory());
        NodePlan plan = new NodePlan(layout, options, packages(layout, home), System.getenv(), ringKeys,
                RingConfig.Transport.TCP, Timings.DEFAULT, new OsProcesses(), Surroundings.DEFAULT_SETTLE);
        Logger lines = LoggerFactory.getLogger(SupervisorLayout.LINES);
        try (Node node = new Node(plan, (line) -> lines.info("{}", line), ending::gaveWay)) {
            node.departures().own().thenAccept((departure) -> ending.departed(departure, layout.nodeKey()));
            if (node.departures().find(node.id()).isPresent()) {
                // What still runs of its services is stopped; nothing is started.
                return ending.await(node);
            }
            ConfigurableApplicationContext gateways = Gateways.open(node, home, ending, certificates);
            try {
                spec.ifPresent((wanted) -> node.localServices().load(wanted, true));
                Announcement.make(node.root(), options.ctl(), certificates.control());
                lines.info("muster-sup(MR): Supervisor Member-ID {}", node.id());
                lines.info("muster-sup(MR): Starting gossip-listener on {}", options.gossip());
                lines.info("muster-sup(MR): Starting ctl-gateway on {}", options.ctl());
                lines.info("muster-sup(MR): Starting http-gateway on {}", options.http());
                lines.info("muster-sup(MR): Ready: ring {}, {} members", options.ring(),
                        node.replica().view().members().size());
                return ending.await(node);
            }
            finally {
                gateways.close();
            }
        }
    }

    private static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    private static List<Map<String, Object>> files(Map<String, List<String>> given) throws IOException {
        List<Map<String, Object>> files = new ArrayList<>();
        for (String name : given.getOrDefault("config-files", List.of())) {
            Path file = Path.of(name);
            try {
                files.add(Toml.parse(Files.readString(file, StandardCharsets.UTF_8)));
            }
            catch (InvalidTomlException ex) {
                throw new OptionException("--config-files " + file + ": " + ex.getMessage(), ex);
            }
            catch (IOException ex) {
                throw new OptionException("--config-files " + file + " cannot be read: " + ex.getMessage(), ex);
            }
        }
        return files;
    }

    static List<Path> packages(RootLayout layout, Path home) {
        List<Path> directories = new ArrayList<>();
        directories.add(layout.packages());
        for (String directory : System.getenv().getOrDefault("MUSTER_PKG_PATH", "").split(":")) {
            if (!directory.isBlank()) {
                directories.add(Path.of(directory).toAbsolutePath());
            }
        }
        directories.add(Path.of("/hab/pkgs"));
        directories.add(home.resolve("pkgs"));
        return directories.stream().distinct().toList();
    }

}
