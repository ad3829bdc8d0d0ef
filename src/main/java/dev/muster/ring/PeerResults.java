package dev.muster.ring;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the latest attempt at each address of each peer that was named. Not safe
 * for several threads at once.
 */
final class PeerResults {

    private static final String REACHED = "answers";

    private static final String ASKED = "asked, no answer yet";

    private static final String OWN = "this node itself";

    private final Map<Endpoint, Map<String, String>> results = new LinkedHashMap<>();

    /** All that are named now; the others are forgotten. */
    void named(Collection<Endpoint> peers) {
        this.results.keySet().retainAll(peers);
        peers.forEach((peer) -> this.results.putIfAbsent(peer, new LinkedHashMap<>()));
    }

    /** It has these addresses now. */
    void resolved(Endpoint peer, Collection<String> addresses, Collection<String> own) {
        Map<String, String> known = this.results.get(peer);
        if (known != null) {
            known.keySet().removeIf((address) -> !addresses.contains(address) && !own.contains(address));
            addresses.forEach((address) -> known.putIfAbsent(address, ASKED));
            own.forEach((address) -> known.put(address, OWN));
        }
    }

    /** It cannot even be asked. */
    void unusable(Endpoint peer, String why) {
        Map<String, String> known = this.results.get(peer);
        if (known != null) {
            known.clear();
            known.put("", why);
        }
    }

    void reached(Endpoint peer, String address) {
        put(peer, address, REACHED);
    }

    void failed(Endpoint peer, String address, String why) {
        put(peer, address, why);
    }

    private void put(Endpoint peer, String address, String result) {
        Map<String, String> known = this.results.get(peer);
        if (known != null) {
            known.remove("");
            known.put(address, result);
        }
    }

    /**
     * @param from where each was named
     */
    List<PeerStatus> statuses(Map<Endpoint, String> from) {
        return this.results.entrySet()
            .stream()
            .map((entry) -> new PeerStatus(entry.getKey().toString(), from.getOrDefault(entry.getKey(), ""),
                    entry.getValue().containsValue(REACHED), told(entry.getKey(), entry.getValue())))
            .toList();
    }

    private static String told(Endpoint peer, Map<String, String> results) {
        if (results.isEmpty()) {
            return "not asked yet";
        }
        return results.entrySet()
            .stream()
            .map((entry) -> (entry.getKey().isEmpty() || entry.getKey().equals(peer.toString())) ? entry.getValue()
                    : entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    }

}
