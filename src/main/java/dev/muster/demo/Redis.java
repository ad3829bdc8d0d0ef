package dev.muster.demo;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a Redis says of itself.
 *
 * @param port that it is configured to listen on
 * @param pid of its process
 */
record Redis(int port, long pid) {

    /** Asks whoever listens at this address; empty when nobody, or no Redis, does. */
    static Optional<Redis> ask(String address, int port) {
        try (RedisConnection connection = new RedisConnection(address, port)) {
            List<String> configured = connection.call("CONFIG", "GET", "port");
            List<String> info = connection.call("INFO", "server");
            return Optional
                .of(new Redis(Integer.parseInt(configured.get(1)), Long.parseLong(field(info.get(0), "process_id"))));
        }
        catch (IOException | NumberFormatException | IndexOutOfBoundsException ex) {
            return Optional.empty();
        }
    }

    /** A line of what {@code INFO} answers; empty when there is none of that name. */
    static String field(String info, String name) {
        return info.lines()
            .filter((line) -> line.startsWith(name + ":"))
            .map((line) -> line.substring(name.length() + 1).strip())
            .findFirst()
            .orElse("");
    }

}
