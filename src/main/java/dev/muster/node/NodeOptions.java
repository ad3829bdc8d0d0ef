package dev.muster.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.muster.config.DurationText;
import dev.muster.ring.Endpoint;
import dev.muster.service.Backoff;

/**
 * What a node was told to be. Reading it asks the system nothing but what {@link Host}
 * answers.
 *
 * @param root as given, if at all
 * @param ring its name; members of other rings are kept out
 * @param name what people call this member
 * @param labels what its operator says of it
 * @param organization appended to the groups of all its services
 * @param gossip where the ring's traffic comes in
 * @param http the read gateway
 * @param ctl the control gateway
 * @param advertised where other members reach the gossip listener
 * @param sysIp what templates know as {@code sys.ip}
 * @param peers as given: members to look for
 * @param peerFile more members to look for, one a line, read again when it changes
 * @param permanentPeer whether it was called so; members are looked for for ever anyway
 * @param insecure whether it runs without a ring key, certificates and tokens
 * @param allowRootServices whether services may run as root
 * @param startWait how long a service that is not running waits for one exchange with the
 * ring
 * @param backoff how long services that failed wait before they are started again
 * @param jsonLogging one JSON object a line instead of text
 * @param color whether colour may be used on a terminal
 * @param fileRate how many bytes of files a second come in at most, and go out
 * @param updates how it looks for new releases of packages
 */
public record NodeOptions(Optional<String> root, String ring, String name, Map<String, String> labels,
        Optional<String> organization, Endpoint gossip, Endpoint http, Endpoint ctl, Endpoint advertised, String sysIp,
        List<Endpoint> peers, Optional<Path> peerFile, boolean permanentPeer, boolean insecure,
        boolean allowRootServices, Duration startWait, Backoff backoff, boolean jsonLogging, boolean color,
        long fileRate, UpdateOptions updates) {

    /** Habitat's port for the traffic between Supervisors. */
    public static final int GOSSIP_PORT = 9638;

    /** Habitat's port for control. */
    public static final int CTL_PORT = 9632;

    /** Habitat's port for reading. */
    public static final int HTTP_PORT = 9631;

    /** So many bytes of files a second, unless told otherwise. */
    public static final long USUAL_FILE_RATE = 16L * 1024 * 1024;

    private static final long MIB = 1024 * 1024;

    private static final String ANY = "0.0.0.0";

    private static final String LOOPBACK = "127.0.0.1";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /**
     * Reads and judges.
     * @throws OptionException in one sentence, with what to do
     */
    static NodeOptions read(OptionSources sources, Host host) {
        boolean insecure = sources.flag("insecure", "", "insecure");
        Optional<String> ringGiven = sources.value("ring", "HAB_RING", "ring");
        String ring = named("ring", ringGiven.orElse("default"));
        String name = named("name", sources.value("name", "", "name").orElseGet(host::name));
        Endpoint gossip = listen(sources, "gossip", GOSSIP_PORT, (insecure || ringGiven.isPresent()) ? ANY : LOOPBACK);
        Endpoint http = listen(sources, "http", HTTP_PORT, insecure ? ANY : LOOPBACK);
        Endpoint ctl = listen(sources, "ctl", CTL_PORT, insecure ? ANY : LOOPBACK);
        List<Endpoint> peers = sources.values("peer", "peer")
            .stream()
            .map((text) -> address("peer", text, GOSSIP_PORT))
            .toList();
        if (ctl.port() == http.port()) {
            throw new OptionException("--listen-ctl and --listen-http have the same port, " + ctl.port()
                    + "; the two gateways are told apart by it, give one of them another");
        }
        Optional<Endpoint> named = sources.value("advertise", "", "advertise")
            .map((text) -> address("advertise", text, gossip.port()));
        String sysIp = sources.value("sys-ip-address", "", "sys_ip_address")
            .orElseGet(() -> sysIp(host, gossip, named));
        Endpoint advertised = named
            .orElseGet(() -> new Endpoint(host.isWildcard(gossip) ? sysIp : gossip.host(), gossip.port()));
        if (host.isWildcard(advertised) || (host.isLoopback(advertised) && !host.isLoopback(gossip))) {
            throw new OptionException("Other members cannot reach " + advertised
                    + ", which would be advertised for the gossip listener on " + gossip
                    + "; name an address of this host with --advertise HOST[:PORT]");
        }
        if (host.isLoopback(new Endpoint(sysIp, 1)) && !host.isLoopback(gossip)) {
            throw new OptionException("The address " + sysIp + " would be told to other members as sys.ip, and is each"
                    + " one's own; name an address of this host with --sys-ip-address IP");
        }
        Optional<Path> peerFile = sources.value("peer-watch-file", "", "peer_watch_file").map(Path::of);
        Duration startWait = sources.value("start-wait", "", "start_wait")
            .map((text) -> duration("start-wait", text))
            .orElse((peers.isEmpty() && peerFile.isEmpty()) ? Duration.ZERO : Duration.ofSeconds(10));
        Backoff backoff = backoff(sources);
        return new NodeOptions(sources.value("root", "", "root"), ring, name, labels(sources),
                sources.value("org", "", "organization"), gossip, http, ctl, advertised, sysIp, peers, peerFile,
                sources.flag("permanent-peer", "", "permanent_peer"), insecure,
                sources.flag("allow-root-services", "MUSTER_ALLOW_ROOT_SERVICES", "allow_root_services"), startWait,
                backoff, sources.flag("json-logging", "", "json_logging"), !sources.flag("no-color", "", "no_color"),
                fileRate(sources), UpdateOptions.read(sources));
    }

    /** What an operator names is surer than what can be detected. */
    private static String sysIp(Host host, Endpoint gossip, Optional<Endpoint> advertised) {
        if (!host.isWildcard(gossip)) {
            return host.ip(gossip);
        }
        String detected = host.detectedIp();
        boolean useless = host.isLoopback(new Endpoint(detected, gossip.port()));
        return (useless && advertised.isPresent()) ? host.ip(advertised.get()) : detected;
    }

    private static long fileRate(OptionSources sources) {
        String text = sources.value("file-bandwidth", "", "file_bandwidth")
            .orElse(Long.toString(USUAL_FILE_RATE / MIB));
        if (!text.matches("[1-9][0-9]{0,4}")) {
            throw new OptionException(
                    "--file-bandwidth: '" + text + "' is no number of MiB a second from 1 to 99999; the usual is 16");
        }
        return Long.parseLong(text) * MIB;
    }

    private static Backoff backoff(OptionSources sources) {
        Backoff usual = Backoff.USUAL;
        Duration min = period(sources, "service-min-backoff-period", usual.min());
        Duration max = period(sources, "service-max-backoff-period",
                (min.compareTo(usual.max()) > 0) ? min : usual.max());
        try {
            return new Backoff(min, max, period(sources, "service-restart-cooldown-period", usual.proved()));
        }
        catch (IllegalArgumentException ex) {
            throw new OptionException("--service-max-backoff-period: " + ex.getMessage(), ex);
        }
    }

    private static Duration period(OptionSources sources, String option, Duration usual) {
        return sources.value(option, "", option.replace('-', '_')).map((text) -> duration(option, text)).orElse(usual);
    }

    private static Endpoint listen(OptionSources sources, String gateway, int port, String defaultHost) {
        String option = "listen-" + gateway;
        String variable = "HAB_LISTEN_" + gateway.toUpperCase(java.util.Locale.ROOT);
        return sources.value(option, variable, "listen_" + gateway)
            .map((text) -> address(option, text, port))
            .orElse(new Endpoint(defaultHost, port));
    }

    private static Endpoint address(String option, String text, int defaultPort) {
        try {
            return Endpoint.parse(text, defaultPort);
        }
        catch (IllegalArgumentException ex) {
            throw new OptionException("--" + option + ": " + ex.getMessage() + "; it takes HOST[:PORT]", ex);
        }
    }

    private static String named(String option, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new OptionException("--" + option + ": '" + value
                    + "' must have 1 to 63 letters, digits, '.', '-' or '_', and begin with a letter or digit");
        }
        return value;
    }

    static Duration duration(String option, String text) {
        try {
            return DurationText.parse(text);
        }
        catch (IllegalArgumentException ex) {
            throw new OptionException("--" + option + ": " + ex.getMessage(), ex);
        }
    }

    private static Map<String, String> labels(OptionSources sources) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String label : sources.values("label", "label")) {
            int equals = label.indexOf('=');
            if (equals < 1) {
                throw new OptionException("--label: '" + label + "' is not KEY=VALUE");
            }
            labels.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return Map.copyOf(labels);
    }

    /** What must be known of the host to judge addresses. */
    interface Host {

        /** What the host is called, without its domain. */
        String name();

        /**
         * The address this host would use to reach others; 127.0.0.1 where it has none,
         * or several and no way to tell.
         */
        String detectedIp();

        boolean isLoopback(Endpoint address);

        boolean isWildcard(Endpoint address);

        /** The literal address of a host that may be given by name. */
        String ip(Endpoint address);

    }

}
