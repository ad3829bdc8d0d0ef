package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import dev.muster.service.Account;
import dev.muster.service.Accounts;

/**
 * The users of this machine as {@code getent} tells them, which also asks directory
 * services; where there is no {@code getent}, from {@code /etc/passwd} and
 * {@code /etc/group}.
 */
public final class OsAccounts implements Accounts {

    private final Optional<String> getent = Programs.find("getent");

    private final Account self;

    /**
     * @throws IOException when {@code /proc/self/status} cannot be read
     */
    public OsAccounts() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
        long uid = effective(status, "Uid:");
        long gid = effective(status, "Gid:");
        this.self = new Account(System.getProperty("user.name"), groupName(gid), uid, gid,
                Path.of(System.getProperty("user.home")));
    }

    private static long effective(List<String> status, String key) {
        return status.stream()
            .filter((line) -> line.startsWith(key))
            .map((line) -> Long.parseLong(line.split("\\s+")[2]))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("/proc/self/status has no line " + key));
    }

    @Override
    public Account self() {
        return this.self;
    }

    @Override
    public Optional<Account> find(String user, Optional<String> group) {
        Optional<String[]> entry = entry("passwd", user, (fields) -> fields[0].equals(user), 6);
        return entry.flatMap((fields) -> {
            long uid = Long.parseLong(fields[2]);
            Path home = Path.of(fields[5].isEmpty() ? "/" : fields[5]);
            if (group.isEmpty()) {
                long gid = Long.parseLong(fields[3]);
                return Optional.of(new Account(user, groupName(gid), uid, gid, home));
            }
            return entry("group", group.get(), (other) -> other[0].equals(group.get()), 3)
                .map((other) -> new Account(user, group.get(), uid, Long.parseLong(other[2]), home));
        });
    }

    private String groupName(long gid) {
        String number = Long.toString(gid);
        return entry("group", number, (fields) -> fields[2].equals(number), 3).map((fields) -> fields[0])
            .orElse(number);
    }

    private Optional<String[]> entry(String database, String key, Predicate<String[]> wanted, int fields) {
        return lines(database, key).stream()
            .map((line) -> line.split(":", -1))
            .filter((found) -> found.length >= fields)
            .filter(wanted)
            .findFirst();
    }

    private List<String> lines(String database, String key) {
        if (this.getent.isPresent()) {
            return Programs.run(List.of(this.getent.get(), "--", database, key)).output().lines().toList();
        }
        try {
            return Files.readAllLines(Path.of("/etc").resolve(database));
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot read /etc/" + database, ex);
        }
    }

}
