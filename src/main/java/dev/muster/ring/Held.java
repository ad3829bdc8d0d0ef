package dev.muster.ring;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

import org.jgroups.Address;

/**
 * Messages of senders that nobody has introduced yet. Bounded: a stranger must not fill
 * the memory of a node.
 */
final class Held {

    static final int MAX_MESSAGES = 256;

    static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Map<Address, Queue<byte[]>> messages = new HashMap<>();

    /** Senders that were not in the ring at the last change of the view. */
    private Set<Address> strangers = Set.of();

    private int bytes;

    /**
     * Keeps a message.
     * @return false when there is no room for it
     */
    boolean add(Address from, byte[] message) {
        Queue<byte[]> queue = this.messages.computeIfAbsent(from, (address) -> new ArrayDeque<>());
        if (queue.size() >= MAX_MESSAGES || this.bytes + message.length > MAX_BYTES) {
            return false;
        }
        queue.add(message);
        this.bytes += message.length;
        return true;
    }

    /** Gives back what this sender sent, in order. */
    Collection<byte[]> take(Address from) {
        Queue<byte[]> queue = this.messages.remove(from);
        if (queue == null) {
            return Set.of();
        }
        queue.forEach((message) -> this.bytes -= message.length);
        return queue;
    }

    Set<Address> senders() {
        return Set.copyOf(this.messages.keySet());
    }

    /**
     * Forgets those that left, and those that two views in a row did not know: a message
     * may come before the view that has its sender.
     * @return how many messages were forgotten
     */
    int retain(Collection<Address> present, Collection<Address> left) {
        int forgotten = 0;
        for (Address sender : senders()) {
            if (left.contains(sender) || (!present.contains(sender) && this.strangers.contains(sender))) {
                forgotten += take(sender).size();
            }
        }
        this.strangers = new HashSet<>(this.messages.keySet());
        this.strangers.removeAll(present);
        return forgotten;
    }

}
