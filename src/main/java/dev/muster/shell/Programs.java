package dev.muster.shell;

import java.util.List;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;

/**
 * The commands that are programs of their own and not clients: described here, so that
 * help and grammar are one; run elsewhere.
 */
public final class Programs {

    /** A Supervisor. */
    public static final CommandDescription SUP_RUN = CommandDescription
        .program("sup run", "Run a Supervisor in this terminal")
        .takes(new Positional("PKG_IDENT", "a package to load at once, as svc load --force does", false))
        .with(OptionDescription.value("root", "DIR", "Where it keeps everything")
            .standard("MUSTER_ROOT, /hab for root, ~/.muster"),
                OptionDescription.value("ring", "NAME", "Name of the ring, and of its key")
                    .letter('r')
                    .standard("HAB_RING, default"),
                OptionDescription.value("peer", "HOST[:PORT]", "A member of the ring to join").repeated(),
                OptionDescription.value("peer-watch-file", "FILE",
                        "More of them, one HOST[:PORT] a line; read again when it changes"),
                OptionDescription.flag("permanent-peer", "Accepted; every member is looked for for ever").letter('I'),
                OptionDescription.value("name", "NAME", "What people call this node").standard("the host name"),
                OptionDescription.value("label", "KEY=VALUE", "Says something of this node").repeated(),
                OptionDescription.value("org", "NAME", "Organisation of all its services"),
                OptionDescription.value("listen-gossip", "HOST[:PORT]", "Where other members reach it")
                    .standard("127.0.0.1:9638; 0.0.0.0 with --ring"),
                OptionDescription.value("listen-http", "HOST[:PORT]", "Where programs read").standard("127.0.0.1:9631"),
                OptionDescription.value("listen-ctl", "HOST[:PORT]", "Where commands are taken")
                    .standard("127.0.0.1:9632"),
                OptionDescription.value("ctl-server-certificate", "FILE", "Certificate of the control gateway")
                    .standard("HAB_CTL_SERVER_CERTIFICATE, none"),
                OptionDescription.value("ctl-server-key", "FILE", "Its key").standard("HAB_CTL_SERVER_KEY"),
                OptionDescription
                    .value("ctl-client-ca-certificate", "FILE", "Clients need a certificate of this authority")
                    .standard("HAB_CTL_CLIENT_CA_CERTIFICATE"),
                OptionDescription.value("certs", "FILE", "Certificate of the read gateway").standard("none"),
                OptionDescription.value("key", "FILE", "Its key"),
                OptionDescription.value("ca-certs", "FILE", "Readers need a certificate of this authority"),
                OptionDescription.value("advertise", "HOST[:PORT]", "Address that other members are told")
                    .standard("the gossip address"),
                OptionDescription.value("sys-ip-address", "IP", "Address that templates see as sys.ip")
                    .standard("the gossip address, else detected"),
                OptionDescription.flag("insecure", "Listen beyond this host without keys and tokens"),
                OptionDescription.flag("allow-root-services", "A service may run as root, where this node does")
                    .standard("MUSTER_ALLOW_ROOT_SERVICES"),
                OptionDescription.value("start-wait", "TIME", "How long services wait for news from the ring")
                    .standard("10; 0 without peers"),
                OptionDescription
                    .value("service-min-backoff-period", "TIME", "First wait before a failed service starts again")
                    .standard("1"),
                OptionDescription.value("service-max-backoff-period", "TIME", "Longest such wait").standard("60"),
                OptionDescription
                    .value("service-restart-cooldown-period", "TIME", "Running so long counts as recovered")
                    .standard("300"),
                OptionDescription.value("file-bandwidth", "MIB", "MiB of files a second, coming in and going out")
                    .standard("16"),
                OptionDescription
                    .value("service-update-period", "TIME", "From one question to a source of packages to the next")
                    .standard("60"),
                OptionDescription.value("keep-latest-packages", "N", "How many releases of a package stay here")
                    .standard("HAB_KEEP_LATEST_PACKAGES, all"),
                OptionDescription.value("config-files", "FILE", "Options in TOML; a later file wins").repeated(),
                OptionDescription.flag("json-logging", "Print log lines as JSON"),
                OptionDescription.flag("no-color", "Print no colour"))
        .with(SpecArguments.OPTIONS.toArray(OptionDescription[]::new))
        .with(OptionDescription.flag("force", "Accepted; PKG_IDENT is loaded so anyway").letter('f'))
        .text("Options stand above the environment, that above --config-files. Certificates and keys are PEM files, or the\n"
                + "directory that \"sup secret generate-tls\" filled; they may be replaced while it runs. SIGINT and SIGTERM stop the\n"
                + "services, then the node; a second SIGINT leaves them running. SIGHUP restarts it, as sup restart does.")
        .examples("muster sup run", "muster sup run core/redis --group prod --peer 10.0.0.5 --ring default");

    /** Some nodes that show what Muster does. */
    public static final CommandDescription DEMO = CommandDescription
        .program("demo", "Run some nodes on this host and show what they do")
        .takes(new CommandDescription.Positional("WHAT",
                "what to show: a change of a group, or with \"leader\" a group whose leader is killed", false))
        .with(OptionDescription.flag("keep", "Leave everything running at the end, and say where it is"),
                OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
        .examples("muster demo", "muster demo leader", "muster demo --keep");

    /** How long a change takes. */
    public static final CommandDescription BENCH_APPLY = CommandDescription
        .program("bench apply", "Measure how long a change takes to arrive")
        .with(OptionDescription.value("members", "N,N,...", "How many members, one run for each").standard("3,10,30"),
                OptionDescription.value("changes", "N", "How many changes in each run").standard("60"),
                OptionDescription.value("transport", "tcp|loopback", "How messages travel between members")
                    .standard("loopback"),
                OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
        .text("Over tcp a ring of 30 in one JVM is thousands of threads, more than two cores can run.")
        .examples("muster bench apply --members 3,10,30");

    /** What many services cost. */
    public static final CommandDescription BENCH_SERVICES = CommandDescription
        .program("bench services", "Measure what many services on one node cost")
        .with(OptionDescription.value("services", "N", "How many services").standard("200"),
                OptionDescription.value("idle", "TIME", "How long to watch the node at rest").standard("20"),
                OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
        .examples("muster bench services --services 200");

    /** What a large store costs. */
    public static final CommandDescription BENCH_GROUPS = CommandDescription
        .program("bench groups", "Measure what a large store costs")
        .with(OptionDescription.value("groups", "N", "How many groups of 64 KiB").standard("1000"),
                OptionDescription.value("applies", "N", "How many changes in a row").standard("10000"),
                OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
        .examples("muster bench groups --groups 1000");

    /** How long a file takes. */
    public static final CommandDescription BENCH_FILES = CommandDescription
        .program("bench files", "Measure how long a file takes to all members")
        .with(OptionDescription.value("members", "N", "How many members").standard("10"),
                OptionDescription.value("size", "MIB", "How large each file is").standard("64"),
                OptionDescription.value("files", "N", "How many files, one after another").standard("3"),
                OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
        .examples("muster bench files --members 10 --size 64");

    static final List<CommandDescription> ALL = List.of(SUP_RUN, DEMO, BENCH_APPLY, BENCH_SERVICES, BENCH_GROUPS,
            BENCH_FILES);

    private Programs() {
    }

    /**
     * The program that a command line asks for; empty when it is a command of the shell,
     * asks for help, or is wrong.
     */
    public static Optional<Call> asked(String[] words) {
        CommandLine line = CommandLine.of(List.of(words), ALL);
        return line.command().filter((command) -> !line.wantsHelp()).map((command) -> new Call(command, line.rest()));
    }

    /**
     * A program and what it is called with.
     *
     * @param program which one
     * @param words its arguments, to be read with {@link ArgvParser}
     */
    public record Call(CommandDescription program, List<String> words) {

        public Call {
            words = List.copyOf(words);
        }

    }

}
