package dev.muster.shell;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.muster.key.NamedRevision;
import dev.muster.key.SelfSigned;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.store.CertificateFiles;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyConflictException;
import dev.muster.store.UnusableKeyException;

/** What the gateways of a node are kept with: a control secret, a certificate. */
final class SecretCommands {

    private static final String NAME = "subject-alternative-name";

    /** The same as a node makes for itself. */
    private static final int SECRET_BYTES = 64;

    private static final Duration VALIDITY = Duration.ofDays(3650);

    /** How clients of the same host reach a node, whatever else it is called. */
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");

    List<ShellCommand> commands() {
        CommandDescription secret = CommandDescription
            .program("sup secret generate", "Print a new secret for the control gateway")
            .with(LocalOptions.FORMAT)
            .text("A node makes one for itself at its first start, in sup/default/CTL_SECRET. Changes nothing.")
            .examples("(umask 077; muster sup secret generate > CTL_SECRET)");
        CommandDescription certificate = CommandDescription
            .program("sup secret generate-tls", "Make a key and a certificate for the gateways")
            .takes(new Positional("DIR", "where the files go; cache/keys/ctl of the root without it", false))
            .with(OptionDescription.value(NAME, "NAME", "A host name or address of the node").repeated())
            .text("The certificate is signed by its own key only: give clients the .crt.pem file to trust. It holds for ten\n"
                    + "years, and for localhost, 127.0.0.1 and ::1, too.")
            .examples("muster sup secret generate-tls --subject-alternative-name sup-a.example.com ./tls");
        return List.of(new ShellCommand(secret, SecretCommands::secret),
                LocalOptions.command(certificate, SecretCommands::certificate));
    }

    private static int secret(Arguments arguments, Console console) throws UsageException {
        Output.check(arguments);
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        String secret = Base64.getEncoder().encodeToString(bytes);
        console.out().println(Output.isJson(arguments) ? Json.write(Map.of("secret", secret)) : secret);
        return 0;
    }

    private static int certificate(Arguments arguments, Console console, KeyCache cache)
            throws UsageException, KeyConflictException, UnusableKeyException {
        if (!arguments.has(NAME)) {
            throw new UsageException("A certificate is for a name: give --" + NAME
                    + " with what clients call the node, as sup-a.example.com");
        }
        Set<String> names = new LinkedHashSet<>(arguments.values(NAME));
        names.addAll(LOCAL);
        Instant now = Instant.now();
        Path directory = arguments.positional(0)
            .map((given) -> Path.of(given).toAbsolutePath())
            .orElse(cache.directory().resolve("ctl"));
        SelfSigned made = SelfSigned.generate(List.copyOf(names), now, VALIDITY, new SecureRandom());
        CertificateFiles files = CertificateFiles.write(directory, NamedRevision.at("ctl-gateway", now), made);
        if (Output.isJson(arguments)) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("certificate", files.certificate().toString());
            json.put("key", files.key().toString());
            json.put("names", List.copyOf(names));
            json.put("until", now.plus(VALIDITY).toString());
            console.out().println(Json.write(json));
        }
        else {
            console.out().println("Certificate for " + String.join(", ", names));
            console.out().println("  certificate  " + files.certificate());
            console.out().println("  key          " + files.key());
        }
        return 0;
    }

}
