package dev.muster.update;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;

/**
 * The releases that are in a channel: a text with one of them in each line, perhaps with
 * the SHA-256 of its archive, as {@code core/redis/7.2.5/20261130120000 sha256=9f86...}.
 * Empty lines and what follows a {@code #} mean nothing; the order of the lines neither.
 *
 * @param entries each release once
 */
public record Channel(List<Entry> entries) {

    /** Longest text, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /** So many releases one channel can have. */
    public static final int MAX_ENTRIES = 10_000;

    private static final Pattern CHECKSUM = Pattern.compile("sha256=([0-9a-f]{64})");

    private static final int SHOWN = 60;

    public Channel {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a channel; one with a line that is wrong is taken for none, for nobody can
     * tell what else is.
     * @throws InvalidChannelException with the number of the line and what it says
     */
    public static Channel parse(byte[] text) throws InvalidChannelException {
        if (text.length > MAX_BYTES) {
            throw new InvalidChannelException("it has more than " + MAX_BYTES + " bytes, which is the most");
        }
        Map<PackageIdent, Entry> entries = new LinkedHashMap<>();
        List<String> lines = new String(text, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int comment = line.indexOf('#');
            String said = ((comment < 0) ? line : line.substring(0, comment)).strip();
            if (!said.isEmpty()) {
                Entry entry = entry(i + 1, said);
                Entry before = entries.put(entry.release(), entry);
                if (before != null && !before.equals(entry)) {
                    throw new InvalidChannelException("line " + (i + 1) + " has " + entry.release()
                            + " once more, and says something else of it");
                }
            }
            if (entries.size() > MAX_ENTRIES) {
                throw new InvalidChannelException("it has more than " + MAX_ENTRIES + " releases, which is the most");
            }
        }
        return new Channel(List.copyOf(entries.values()));
    }

    private static Entry entry(int number, String line) throws InvalidChannelException {
        String[] words = line.split("\\s+");
        try {
            PackageIdent release = PackageIdent.parseRelease(words[0]);
            if (words.length == 1) {
                return new Entry(release, Optional.empty());
            }
            var checksum = CHECKSUM.matcher(words[1]);
            if (words.length == 2 && checksum.matches()) {
                return new Entry(release, Optional.of(checksum.group(1)));
            }
        }
        catch (InvalidIdentException ex) {
            // Said below, with the line.
        }
        String shown = (line.length() > SHOWN) ? line.substring(0, SHOWN) + "..." : line;
        throw new InvalidChannelException("line " + number + " is '" + shown.replaceAll("\\p{Cntrl}", "?")
                + "', and a line is ORIGIN/NAME/VERSION/RELEASE, or that and sha256= with 64 digits of 0-9a-f");
    }

    /** The newest release that fits; empty where there is none. */
    public Optional<Entry> newest(PackageIdent wanted) {
        return this.entries.stream()
            .filter((entry) -> entry.release().satisfies(wanted))
            .max(Comparator.comparing(Entry::release, PackageIdent.OLDEST_FIRST));
    }

    /** What the channel says of a release; empty where it does not have it. */
    public Optional<Entry> find(PackageIdent release) {
        return this.entries.stream().filter((entry) -> entry.release().equals(release)).findFirst();
    }

    /**
     * A release in a channel.
     *
     * @param checksum SHA-256 of its archive, in hexadecimal digits, if the channel says
     * so
     */
    public record Entry(PackageIdent release, Optional<String> checksum) {
    }

}
