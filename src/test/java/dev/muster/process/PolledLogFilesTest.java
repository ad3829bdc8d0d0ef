package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.muster.service.LogFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PolledLogFilesTest {

    @TempDir
    Path directory;

    private Path file() {
        return this.directory.resolve("stdout.log");
    }

    private void append(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void linesAreToldAsTheyAreWritten() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        try (PolledLogFiles files = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND)) {
            LogFiles.Following following = files.follow(file(), told::add);
            append("one\ntwo\nthr");
            await().until(() -> told.size() == 2);
            append("ee\nlast");
            following.stop();
            assertThat(told).containsExactly("one", "two", "three", "last");
            append(" and more\n");
            following.stop();
            assertThat(told).hasSize(4);
        }
    }

    @Test
    void whatIsWrittenWhileNobodyFollowsIsToldToTheNext() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        try (PolledLogFiles files = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND)) {
            LogFiles.Following following = files.resume(file(), told::add);
            append("one\ntw");
            await().until(() -> told.size() == 1);
            following.leave();
        }
        append("o\nthree\n");
        try (PolledLogFiles files = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND)) {
            files.resume(file(), told::add);
            await().until(() -> told.size() == 3);
        }
        assertThat(told).containsExactly("one", "two", "three");
    }

    @Test
    void aFileThatWasSilentForLongIsStillFollowed() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        append("");
        FollowedFile followed = new FollowedFile(new OlderFiles(file(), 1), PolledLogFiles.DEFAULT_BOUND, null,
                told::add, System::nanoTime);
        for (int looks = 0; looks < 64; looks++) {
            assertThat(followed.silentFor(64)).isFalse();
            followed.look();
        }
        assertThat(followed.silentFor(64)).isTrue();
        append("one\n");
        followed.look();
        assertThat(told).containsExactly("one");
        assertThat(followed.silentFor(1)).isFalse();
    }

    @Test
    void aTalkativeFileDoesNotHoldUpOthers() throws IOException {
        List<String> order = new CopyOnWriteArrayList<>();
        Path other = this.directory.resolve("other.log");
        try (PolledLogFiles files = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND)) {
            files.resume(file(), (line) -> order.add("talkative"));
            files.resume(other, order::add);
            append(("x".repeat(1023) + "\n").repeat(4 * 1024));
            Files.writeString(other, "short\n");
            await().until(() -> order.size() == 4 * 1024 + 1);
        }
        assertThat(order.indexOf("short")).isLessThan(4 * 1024);
    }

}
