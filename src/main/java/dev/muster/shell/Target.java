package dev.muster.shell;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

import dev.muster.store.RootLayout;

/**
 * The node that a command asks, and the secret it shows to it.
 *
 * @param base of its control gateway
 * @param addressFrom where the address was found, in words
 * @param secret without which it answers nothing
 * @param secretFrom where that was found, in words
 * @param option what has to be given again to mean the same node; may be empty
 * @param tls whom to trust there, and what to show, where it speaks TLS
 */
record Target(URI base, String addressFrom, String secret, String secretFrom, String option, TlsOptions tls) {

    static final String SECRET_VARIABLE = "HAB_CTL_SECRET";

    private static final int PORT = 9632;

    static Target find(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Optional<String> remote = arguments.value(NodeOptions.REMOTE);
        if (remote.isPresent() && arguments.has(NodeOptions.ROOT)) {
            throw new UsageException("--root and --remote-sup name two nodes: give one of them");
        }
        if (remote.isPresent()) {
            TlsOptions tls = TlsOptions.read(arguments, console, Optional.empty());
            URI base = address(remote.get(), tls);
            Optional<Secret> secret = given(arguments, console);
            if (secret.isEmpty()) {
                throw CommandFailure.of(4, "unauthorized",
                        "No control secret for " + remote.get() + ": give --" + NodeOptions.SECRET + " FILE or set "
                                + SECRET_VARIABLE + " (the secret of a local root is never sent to another address)");
            }
            return new Target(base, "--remote-sup", secret.get().value(), secret.get().from(),
                    " --remote-sup " + remote.get(), tls);
        }
        RootLayout layout = root(arguments);
        URI base = announced(layout);
        Optional<Secret> given = given(arguments, console);
        Secret secret = given.isPresent() ? given.get() : read(layout.controlSecret());
        String option = arguments.value(NodeOptions.ROOT).map((root) -> " --root " + root).orElse("");
        return new Target(base, layout.controlAddress().toString(), secret.value(), secret.from(), option,
                TlsOptions.read(arguments, console, Optional.of(layout.controlCertificate())));
    }

    static RootLayout root(Arguments arguments) throws UsageException {
        try {
            return RootLayout.choose(arguments.value(NodeOptions.ROOT));
        }
        catch (IllegalArgumentException ex) {
            throw new UsageException(String.valueOf(ex.getMessage()));
        }
    }

    /**
     * Without a scheme it is TLS, unless the address is one that nobody else can listen
     * to: a secret does not cross a network as it is because eight letters were left out.
     */
    private static URI address(String text, TlsOptions tls) throws UsageException {
        try {
            boolean said = text.startsWith("https://") || text.startsWith("http://");
            URI given = new URI(said ? text : "http://" + text);
            if (given.getHost() != null && given.getPath().isEmpty() && given.getUserInfo() == null) {
                int port = (given.getPort() < 0) ? PORT : given.getPort();
                boolean plain = said ? given.getScheme().equals("http")
                        : (isLoopback(given.getHost()) && !tls.isSaid());
                return new URI((plain ? "http://" : "https://") + given.getHost() + ":" + port);
            }
        }
        catch (java.net.URISyntaxException ex) {
            throw new UsageException(notAnAddress(text));
        }
        throw new UsageException(notAnAddress(text));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private static String notAnAddress(String text) {
        return "--remote-sup takes HOST or HOST:PORT, as 10.0.0.5:9632 or [::1]:9632, with https:// or http:// before it"
                + " or without, not \"" + text + "\"";
    }

    private static URI announced(RootLayout layout) throws CommandFailure {
        Path file = layout.controlAddress();
        try {
            return URI.create(Files.readString(file).strip());
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(3, "unreachable",
                    "No node runs on the root directory " + layout.root() + ": start one with \"muster sup run --root "
                            + layout.root() + "\", or say which one with --root DIR or --remote-sup HOST");
        }
        catch (IOException | IllegalArgumentException ex) {
            throw CommandFailure.of(3, "unreachable",
                    "Cannot read the address of the node in " + file + " (" + reason(ex) + ")" + asOwner(file));
        }
    }

    private static Optional<Secret> given(Arguments arguments, Console console) throws CommandFailure {
        Optional<String> file = arguments.value(NodeOptions.SECRET);
        if (file.isPresent()) {
            return Optional.of(read(Path.of(file.get())));
        }
        String variable = console.environment().getOrDefault(SECRET_VARIABLE, "").strip();
        return variable.isEmpty() ? Optional.empty() : Optional.of(new Secret(variable, SECRET_VARIABLE));
    }

    private static Secret read(Path file) throws CommandFailure {
        try {
            String secret = Files.readString(file).strip();
            if (!secret.isEmpty() && secret.chars().allMatch((character) -> character > ' ' && character < 0x7f)) {
                return new Secret(secret, file.toString());
            }
            throw CommandFailure.of(4, "unauthorized", "There is no control secret in " + file
                    + ": it has to be one line of text, as a node writes it to CTL_SECRET");
        }
        catch (IOException ex) {
            throw CommandFailure.of(4, "unauthorized",
                    "Cannot read the control secret in " + file + " (" + reason(ex) + ")" + asOwner(file));
        }
    }

    private static String reason(Exception cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied for user " + System.getProperty("user.name");
        }
        return (cause instanceof NoSuchFileException) ? "no such file" : String.valueOf(cause.getMessage());
    }

    private static String asOwner(Path file) {
        for (Path path = file.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                return ": run this as user " + Files.getOwner(path).getName();
            }
            catch (IOException ex) {
                // Not to be seen from here: whoever owns the directory above may see it.
                continue;
            }
        }
        return "";
    }

    /**
     * A control secret.
     *
     * @param value never printed
     * @param from where it was found
     */
    private record Secret(String value, String from) {

    }

    /** Whether this address is the one that is asked. */
    boolean asks(String address) {
        return address.equals(this.base.getHost() + ":" + this.base.getPort());
    }

}
