package dev.muster.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.gateway.RestartRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SuccessionTest {

    @TempDir
    Path directory;

    private Path launcher(String script) throws IOException {
        Path launcher = Files.writeString(this.directory.resolve("launcher"), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aLauncherThatFailsIsToldOfBeforeAnythingEnds() throws IOException {
        Succession succession = new Succession(List.of(),
                Optional.of(launcher("echo \"$1\"; echo no Java >&2; exit 2")), Map.of());
        assertThatThrownBy(succession::check).isInstanceOf(RestartRefusedException.class)
            .hasMessageContaining("so it goes on")
            .hasMessageContaining("--version")
            .hasMessageContaining("no Java");
        Files.delete(this.directory.resolve("launcher"));
        assertThatThrownBy(succession::check).hasMessageContaining("cannot be run");
    }

    @Test
    void oneThatAnswersWillDo() throws IOException {
        Succession succession = new Succession(List.of(), Optional.of(launcher("[ \"$1\" = --version ]")), Map.of());
        assertThatCode(succession::check).doesNotThrowAnyException();
        assertThat(succession.isSuccessor()).isFalse();
    }

    @Test
    void withoutALauncherOnlyAServiceManagerCanStartAnother() {
        Succession alone = new Succession(List.of(), Optional.empty(), Map.of());
        assertThatThrownBy(alone::check).isInstanceOf(RestartRefusedException.class).hasMessageContaining("launcher");
        Succession managed = new Succession(List.of(), Optional.empty(), Map.of("MUSTER_RESTART", "exit"));
        assertThatCode(managed::check).doesNotThrowAnyException();
    }

}
