package dev.muster.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.muster.key.RingKey;
import dev.muster.store.KeyCache;
import dev.muster.store.UnusableKeyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RingKeysTest {

    private final RingKey first = key("default", "2026-01-01T00:00:00Z");

    private final RingKey second = key("default", "2026-02-01T00:00:00Z");

    private final RingKey third = key("default", "2026-03-01T00:00:00Z");

    @TempDir
    private Path directory;

    private KeyCache cache;

    private static RingKey key(String ring, String when) {
        return RingKey.generate(ring, Instant.parse(when), new SecureRandom());
    }

    @BeforeEach
    void prepare() {
        this.cache = new KeyCache(this.directory.resolve("keys"));
    }

    private RingKeys find(String text) throws Exception {
        return RingKeys.find("default", text, this.cache).orElseThrow();
    }

    @Test
    void thereMayBeNone() throws Exception {
        this.cache.add(key("other", "2026-01-01T00:00:00Z"));
        assertThat(RingKeys.find("default", null, this.cache)).isEmpty();
    }

    @Test
    void theNewestIsActiveAndAllAreAccepted() throws Exception {
        this.cache.add(this.second);
        this.cache.add(this.first);
        assertThat(find(null).accepted()).containsExactly(this.second, this.first);
    }

    @Test
    void oneFromTheEnvironmentIsActiveAndKept() throws Exception {
        this.cache.add(this.second);
        assertThat(find(this.first.text()).accepted()).containsExactly(this.first, this.second);
        assertThat(this.cache.ringKeys("default")).contains(this.first);
    }

    @Test
    void oneFromTheEnvironmentThatIsNoKeyOfTheRingIsRefused() {
        assertThatExceptionOfType(OptionException.class).isThrownBy(() -> find("nonsense"))
            .withMessageContaining("HAB_RING_KEY")
            .withMessageNotContaining("nonsense");
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> find(key("other", "2026-01-01T00:00:00Z").text()))
            .withMessageContaining("--ring other");
    }

    @Test
    void aDamagedKeyIsNamedAndNothingIsGuessed() throws Exception {
        this.cache.add(this.first);
        Path damaged = this.cache.file(this.second);
        Files.writeString(damaged, "SYM-SEC-1\n");
        assertThatExceptionOfType(UnusableKeyException.class).isThrownBy(() -> find(null))
            .withMessageContaining(damaged.toString());
    }

    @Test
    void oneThatIsAcceptedIsNotActiveNotEvenAfterAStart() throws Exception {
        this.cache.add(this.first);
        RingKeys keys = find(null);
        keys.accept(this.second);
        assertThat(keys.accepted()).containsExactly(this.first, this.second);
        assertThat(find(null).accepted()).containsExactly(this.first, this.second);
    }

    @Test
    void whatWasGivenUpStaysGivenUp() throws Exception {
        this.cache.add(this.first);
        RingKeys keys = find(null);
        keys.accept(this.second);
        keys.activate(this.second.revision());
        assertThat(find(null).accepted()).containsExactly(this.second, this.first);
        keys.giveUpOthers(this.second.revision());
        assertThat(find(null).accepted()).containsExactly(this.second);
    }

    @Test
    void oneThatWasBroughtAfterAChangeIsActiveSinceTheRingMayHaveNoOther() throws Exception {
        this.cache.add(this.first);
        RingKeys keys = find(null);
        keys.accept(this.second);
        keys.activate(this.second.revision());
        keys.giveUpOthers(this.second.revision());
        this.cache.add(this.third);
        assertThat(find(null).accepted()).containsExactly(this.third, this.second);
    }

    @Test
    void nobodyGivesUpTheKeyThatIsActive() throws Exception {
        this.cache.add(this.first);
        RingKeys keys = find(null);
        keys.accept(this.second);
        assertThatIllegalArgumentException().isThrownBy(() -> keys.giveUpOthers(this.second.revision()));
        assertThatIllegalArgumentException().isThrownBy(() -> keys.activate(this.third.revision()));
        assertThat(keys.accepted()).containsExactly(this.first, this.second);
    }

    @Test
    void whoeverListensHearsOfEachChange() throws Exception {
        this.cache.add(this.first);
        RingKeys keys = find(null);
        List<String> heard = new java.util.ArrayList<>();
        keys.listen((credentials) -> heard.add(credentials.active() + credentials.accepted()));
        keys.accept(this.second);
        keys.accept(this.second);
        keys.activate(this.second.revision());
        keys.giveUpOthers(this.second.revision());
        String one = this.first.revision();
        String two = this.second.revision();
        assertThat(heard).containsExactly(one + List.of(one, two), two + List.of(two, one), two + List.of(two));
        assertThat(keys.credentials()).hasToString("RingCredentials[active=" + two + ", accepted=[" + two + "]]");
        assertThat(Optional.of(keys.ring())).contains("default");
    }

}
