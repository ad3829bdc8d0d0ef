package dev.muster.demo;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a Redis says of its part in a group.
 *
 * @param leads whether it takes what is written to it
 * @param of the address that it has everything from; empty where it leads
 * @param linked whether it is in touch with that one
 */
record Replication(boolean leads, String of, boolean linked) {

    /** Asks whoever listens at this address; empty when nobody, or no Redis, does. */
    static Optional<Replication> ask(String address, int port) {
        try (RedisConnection connection = new RedisConnection(address, port)) {
            String info = connection.call("INFO", "replication").get(0);
            return Optional.of(new Replication(Redis.field(info, "role").equals("master"),
                    Redis.field(info, "master_host"), Redis.field(info, "master_link_status").equals("up")));
        }
        catch (IOException | NumberFormatException | IndexOutOfBoundsException ex) {
            return Optional.empty();
        }
    }

    /** Whether it has everything from that address, and is in touch with it. */
    boolean follows(String address) {
        return !this.leads && this.linked && this.of.equals(address);
    }

    /**
     * In words.
     * @param names what is said for an address
     */
    String shown(UnaryOperator<String> names) {
        return this.leads ? "is written to"
                : "replicates " + names.apply(this.of) + (this.linked ? "" : " without reaching it");
    }

    /** The value of a key there; empty when it has none, or does not answer. */
    static Optional<String> value(String address, int port, String key) {
        try (RedisConnection connection = new RedisConnection(address, port)) {
            return connection.call("GET", key).stream().findFirst();
        }
        catch (IOException | NumberFormatException ex) {
            return Optional.empty();
        }
    }

    /** Whether that Redis has taken a value for a key. */
    static boolean write(String address, int port, String key, String value) {
        try (RedisConnection connection = new RedisConnection(address, port)) {
            return connection.call("SET", key, value).equals(List.of("OK"));
        }
        catch (IOException | NumberFormatException ex) {
            return false;
        }
    }

}
