package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessTableTest {

    @TempDir
    Path proc;

    private ProcessTable table;

    @BeforeEach
    void open() throws IOException {
        Path boot = Files.createDirectories(this.proc.resolve("sys/kernel/random")).resolve("boot_id");
        Files.writeString(boot, "boot\n");
        this.table = new ProcessTable(this.proc);
    }

    private void process(long pid, char state, String environment) throws IOException {
        Path directory = Files.createDirectory(this.proc.resolve("new" + pid));
        Files.writeString(directory.resolve("stat"),
                pid + " (x) " + state + " 1 " + pid + " " + pid + " 0".repeat(15) + " 77\n");
        Files.writeString(directory.resolve("environ"), environment);
        Files.move(directory, this.proc.resolve(Long.toString(pid)), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Long> carriers(String token) {
        return this.table.living((seen) -> seen.carries(token)).stream().map((seen) -> seen.stat().pid()).toList();
    }

    @Test
    void aTokenCountsOnlyAsAWholeVariable() throws IOException {
        process(10, 'S', "PATH=/bin\0HAB_LAUNCH_TOKEN=abc\0HOME=/\0");
        process(11, 'S', "HAB_LAUNCH_TOKEN=abc\0");
        process(12, 'S', "HAB_LAUNCH_TOKEN=abcd\0");
        process(13, 'S', "X_HAB_LAUNCH_TOKEN=abc\0");
        process(14, 'Z', "HAB_LAUNCH_TOKEN=abc\0");
        process(15, 'S', "");
        assertThat(carriers("abc")).containsExactlyInAnyOrder(10L, 11L);
        assertThat(carriers("ab")).isEmpty();
    }

    @Test
    void whoeverAsksSeesWhatWasThereBeforeItAsked() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                long first = 1000L * (thread + 1);
                done.add(CompletableFuture.runAsync(() -> makeAndLook(first), threads));
            }
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
        }
        finally {
            threads.shutdownNow();
        }
    }

    private void makeAndLook(long first) {
        for (long pid = first; pid < first + 40; pid++) {
            try {
                process(pid, 'S', "HAB_LAUNCH_TOKEN=token" + pid + "\0");
            }
            catch (IOException ex) {
                throw new IllegalStateException(ex);
            }
            assertThat(carriers("token" + pid)).containsExactly(pid);
        }
    }

}
