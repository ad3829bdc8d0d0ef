package dev.muster.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PlaceTest {

    private static ServerSocket listen(String address) throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName(address));
    }

    /** Draws these networks, one after another. */
    private static Random drawing(int... networks) {
        return new Random() {

            private static final long serialVersionUID = 1L;

            private int drawn;

            @Override
            public int nextInt(int origin, int bound) {
                return networks[Math.min(this.drawn++, networks.length - 1)];
            }

        };
    }

    @Test
    void aNetworkWithSomebodyOnOneOfItsAddressesIsLeftAlone() throws Exception {
        try (ServerSocket somebody = listen("127.77.7.4")) {
            List<Integer> usual = List.of(somebody.getLocalPort());
            Place place = Place.find(drawing(7, 8), usualWith(usual));
            assertThat(place.network()).isEqualTo("127.77.8");
            assertThat(place.before()).isEqualTo(somebody.getLocalPort());
        }
    }

    @Test
    void whoListensOnAllAddressesKeepsThatPortAndTheOthersStay() throws Exception {
        try (ServerSocket everywhere = listen("0.0.0.0")) {
            Place place = Place.find(new Random(), usualWith(List.of(everywhere.getLocalPort())));
            assertThat(place.before()).isNotEqualTo(everywhere.getLocalPort());
            assertThat(place.gossip()).isEqualTo(GOSSIP);
            assertThat(place.after()).isEqualTo(AFTER);
        }
    }

    private static final int GOSSIP = 29_638;

    private static final int AFTER = 22_112;

    private static List<Integer> usualWith(List<Integer> redis) {
        return List.of(GOSSIP, 29_631, 29_632, redis.get(0), AFTER);
    }

}
