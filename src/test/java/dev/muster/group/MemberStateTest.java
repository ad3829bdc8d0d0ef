package dev.muster.group;

import java.time.Instant;

import dev.muster.service.Exports;
import dev.muster.service.GroupMember.Activity;
import dev.muster.service.Rung;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class MemberStateTest {

    private static final MemberState.Host HOST = new MemberState.Host("m", "10.0.0.5", "10.0.0.5", 9638, "10.0.0.5",
            9631, "10.0.0.5", 9632);

    @ParameterizedTest
    @CsvSource({ "up, up, true, RUNNING", "up, starting, true, RUNNING", "up, crash-looping, true, RUNNING",
            "up, down, true, WAITING", "down, down, true, STOPPED", "down, stopping, true, STOPPED",
            "up, up, false, RUNNING", "up, down, false, STOPPED", "down, down, false, STOPPED" })
    void whatItDoesWithTheService(String desired, String process, boolean present, Activity activity) {
        MemberState state = new MemberState("core/redis/1/1", desired, process, 1, Instant.EPOCH, "Ok", null, null,
                Rung.HEALTHY, true, null, "standalone", Exports.NONE, HOST);
        assertThat(state.activity(present)).isEqualTo(activity);
    }

    @ParameterizedTest
    @CsvSource({ "10.0.0.5, 127.0.0.1, 10.0.0.5", "10.0.0.5, ::1, 10.0.0.5", "10.0.0.5, 10.0.0.6, 10.0.0.6",
            "127.0.0.2, 127.0.0.1, 127.0.0.1" })
    void aGatewayOfItsOwnHostAloneIsToldAtTheHostsAddress(String gossip, String gateway, String told) {
        MemberState.Host host = new MemberState.Host("m", "10.0.0.5", gossip, 9638, gateway, 9631, gateway, 9632)
            .told();
        assertThat(host.httpIp()).isEqualTo(told);
        assertThat(host.ctlIp()).isEqualTo(told);
        assertThat(host.gossipIp()).isEqualTo(gossip);
    }

}
