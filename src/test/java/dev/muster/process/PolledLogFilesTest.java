package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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

    private final List<String> lines = new ArrayList<>();

    private Path file() {
        return this.directory.resolve("stdout.log");
    }

    private void append(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private FollowedFile followed(long bound) {
        return new FollowedFile(new OlderFiles(file(), 3), bound, null, this.lines::add, () -> 0);
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
    void whatWasThereBeforeIsNotToldAgain() throws IOException {
        append("old\n");
        FollowedFile followed = followed(1000);
        append("new\r\n");
        followed.look();
        assertThat(this.lines).containsExactly("new");
    }

    @Test
    void aFileThatReachedItsBoundIsSetAsideAndTheWriterGoesOn() throws IOException {
        FollowedFile followed = followed(20);
        append("0123456789\n");
        followed.look();
        append("9876543210\nbeg");
        followed.look();
        assertThat(file()).isEmptyFile();
        assertThat(this.directory.resolve("stdout.log.1")).content().isEqualTo("0123456789\n9876543210\nbeg");
        append("un\n");
        followed.look();
        assertThat(this.lines).containsExactly("0123456789", "9876543210", "begun");
        assertThat(file()).content().isEqualTo("un\n");
    }

    @Test
    void aFileThatSomeoneElseEmptiedIsReadFromItsStart() throws IOException {
        FollowedFile followed = followed(1000);
        append("a long line\n");
        followed.look();
        Files.writeString(file(), "short\n");
        followed.look();
        assertThat(this.lines).containsExactly("a long line", "short");
    }

    @Test
    void aLineWithoutEndComesInPieces() throws IOException {
        FollowedFile followed = followed(1_000_000);
        append("x".repeat(40_000));
        followed.look();
        assertThat(this.lines).extracting(String::length).containsExactly(16 * 1024, 16 * 1024);
        followed.finish();
        assertThat(String.join("", this.lines)).hasSize(40_000);
    }

}
