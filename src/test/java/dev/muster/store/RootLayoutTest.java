package dev.muster.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RootLayoutTest {

    private static final Path HERE = Path.of("/here");

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = { "/a, /b, 0, /home/u, /a", "target/walk/a, /b, 7, /home/u, /here/target/walk/a",
                    "-, /b, 0, /home/u, /b", "-, b, 7, /home/u, /here/b", "-, '', 0, /root, /hab", "-, -, 0, -, /hab",
                    "-, -, 1000, /home/u, /home/u/.muster" })
    void theRootIsNamedByOptionThenEnvironmentThenUser(String option, String variable, int userId, String home,
            String expected) {
        Map<String, String> environment = (variable != null) ? Map.of("MUSTER_ROOT", variable) : Map.of();
        RootLayout layout = RootLayout.choose(Optional.ofNullable(option), environment, userId,
                Optional.ofNullable(home).map(Path::of), HERE);
        assertThat(layout.root()).isEqualTo(Path.of(expected));
    }

    @Test
    void aUserWithoutAHomeHasToNameTheRoot() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> RootLayout.choose(Optional.empty(), Map.of(), 7, Optional.empty(), HERE))
            .withMessageContaining("--root")
            .withMessageContaining("MUSTER_ROOT");
    }

    @Test
    void anEmptyOptionIsRefused() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> RootLayout.choose(Optional.of(""), Map.of(), 0, Optional.empty(), HERE))
            .withMessageContaining("--root");
    }

    @Test
    void thisProcessHasAnAbsoluteRootToo() {
        assertThat(RootLayout.choose(Optional.of("x")).root()).isEqualTo(Path.of("x").toAbsolutePath());
    }

}
