package dev.muster.shell;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.muster.key.NamedRevision;
import dev.muster.key.SecretBoxKey;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyConflictException;
import dev.muster.store.UnusableKeyException;

/** Keys to encrypt a group's configuration and files with: those of users and groups. */
final class BoxKeyCommands {

    private static final String ORGANIZATION = "HABITAT_ORG";

    List<ShellCommand> commands() {
        CommandDescription user = CommandDescription.program("user key generate", "Make a key for who encrypts")
            .takes(new Positional("NAME", "the user", true))
            .text("Members of a group that is to read what the user encrypts need the .pub file in their cache/keys.")
            .examples("muster user key generate alice");
        CommandDescription group = CommandDescription
            .program("svc key generate", "Make a key for the members of a service group")
            .takes(new Positional("SERVICE_GROUP", "as redis.prod", true),
                    new Positional("ORG", "its organisation; HABITAT_ORG without it", false))
            .text("Members need both files in their cache/keys, and whoever encrypts for them the .pub file.")
            .examples("muster svc key generate redis.prod acme");
        return List.of(LocalOptions.command(user, BoxKeyCommands::user),
                LocalOptions.command(group, BoxKeyCommands::group));
    }

    private static int user(Arguments arguments, Console console, KeyCache cache)
            throws KeyConflictException, UnusableKeyException {
        String name = arguments.required(0);
        NamedRevision.checkName(name);
        keep(SecretBoxKey.ofUser(name, cache.next(name, Instant.now()), new SecureRandom()), arguments, console, cache);
        return 0;
    }

    private static int group(Arguments arguments, Console console, KeyCache cache)
            throws CommandFailure, UsageException, KeyConflictException, UnusableKeyException {
        String group = Names.group(arguments.required(0));
        String organization = arguments.positional(1)
            .orElse(group.contains("@") ? "" : console.environment().getOrDefault(ORGANIZATION, ""));
        if (organization.isEmpty() && !group.contains("@")) {
            throw new UsageException("Only groups of an organisation have keys: give its name after " + group
                    + ", or set " + ORGANIZATION);
        }
        if (group.contains("@") && !organization.isEmpty()) {
            throw new UsageException(group + " names its organisation already: leave out " + organization);
        }
        String whole = Names.group(organization.isEmpty() ? group : group + "@" + organization);
        keep(SecretBoxKey.ofGroup(whole, cache.next(whole, Instant.now()), new SecureRandom()), arguments, console,
                cache);
        return 0;
    }

    private static void keep(SecretBoxKey key, Arguments arguments, Console console, KeyCache cache)
            throws KeyConflictException, UnusableKeyException {
        cache.add(key);
        String fingerprint = key.publicKey().fingerprint();
        if (Output.isJson(arguments)) {
            Map<String, Object> json = LocalOptions.json(key.id());
            json.put("fingerprint", fingerprint);
            json.put("publicFile", cache.file(key.publicKey()).toString());
            json.put("secretFile", cache.file(key).toString());
            json.put("outcome", "generated");
            console.out().println(Json.write(json));
        }
        else {
            console.out().println("Key " + key.id() + " generated (fingerprint " + fingerprint + ")");
            console.out().println("  public  " + cache.file(key.publicKey()));
            console.out().println("  secret  " + cache.file(key));
        }
    }

}
