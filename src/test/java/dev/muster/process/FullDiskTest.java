package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.muster.service.LineLog;
import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.ServiceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A root on a disk of its own that becomes full. */
class FullDiskTest {

    private static final String FULL = "No space left on device";

    @TempDir
    Path directory;

    private boolean mounted;

    private LinuxNode node;

    @BeforeEach
    void begin() throws IOException {
        Programs.Outcome mount = Programs.runWithErrors(
                List.of("mount", "-t", "tmpfs", "-o", "size=2m,mode=755", "muster-test", this.directory.toString()));
        this.mounted = mount.code() == 0;
        Assumptions.assumeTrue(this.mounted, "no disk of its own can be mounted here: " + mount.output());
        this.node = new LinuxNode(this.directory);
        this.node.pack("web")
            .with("hooks/run", "#!/bin/sh\ntrap 'echo called' USR1\necho up\nwhile :; do sleep 0.05; done\n");
        this.node.load("web");
        this.node.awaitRung("web", Rung.HEALTHY);
    }

    @AfterEach
    void end() {
        if (this.mounted) {
            this.node.close();
            // Lazily: whoever still holds a file does not keep the test's directory.
            assertThat(Programs.runWithErrors(List.of("umount", "-l", this.directory.toString())).code()).isZero();
        }
    }

    private Path filler() {
        return this.directory.resolve("filler");
    }

    private void fill() {
        Programs.runWithErrors(List.of("dd", "if=/dev/zero", "of=" + filler(), "bs=4096"));
        assertThat(this.directory.toFile().getUsableSpace()).isZero();
    }

    private void makeRoom() throws IOException {
        Files.delete(filler());
    }

    private ServiceStatus status() {
        return this.node.status("web");
    }

    @Test
    void aChangeThatFindsNoRoomLeavesServiceAndFilesAndIsTakenOnceThereIsRoom() throws IOException {
        long pid = this.node.pid("web");
        fill();
        this.node.apply("web", 81);
        this.node.awaitRung("web", Rung.FAILED);
        assertThat(status().reason()).contains(FULL, this.directory.toString());
        assertThat(status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.node.pid("web")).isEqualTo(pid);
        assertThat(this.node.text("web", "config/main.conf")).isEqualTo("listen 80\n");
        makeRoom();
        this.node.awaitRung("web", Rung.HEALTHY);
        assertThat(this.node.text("web", "config/main.conf")).isEqualTo("listen 81\n");
    }

    @Test
    void aProcessThatEndsIsStartedAgainAsWell() throws IOException {
        long pid = this.node.pid("web");
        fill();
        new Signals().send("KILL", List.of(pid));
        await().atMost(LinuxNode.SOON).until(() -> status().state() == ProcessState.UP && this.node.pid("web") != pid);
        assertThat(this.node.file("web", "PID")).hasContent(Long.toString(this.node.pid("web")));
        makeRoom();
    }

    @Test
    void whatCannotBeKeptIsRefusedAndTheLogGoesOnOnceThereIsRoom() throws IOException {
        long pid = this.node.pid("web");
        await().atMost(LinuxNode.SOON).until(() -> this.node.output().contains("web.default(O): up"));
        fill();
        assertThatThrownBy(() -> this.node.services().stop("web", Optional.empty())).hasMessageContaining(FULL)
            .hasMessageContaining("web.spec");
        call(1);
        assertThat(this.node.pid("web")).isEqualTo(pid);
        makeRoom();
        call(2);
        assertThat(this.node.services().lines("web").tail(1)).extracting(LineLog.Entry::text).containsExactly("called");
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
    }

    /** The process's own log has room in the page that it has begun. */
    private void call(int number) {
        new Signals().send("USR1", List.of(this.node.pid("web")));
        await().atMost(LinuxNode.SOON)
            .untilAsserted(
                    () -> assertThat(this.node.output()).filteredOn("web.default(O): called"::equals).hasSize(number));
    }

}
