package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

class FollowedFileTest {

    @TempDir
    Path directory;

    private final List<String> lines = new ArrayList<>();

    private long now;

    private Path file() {
        return this.directory.resolve("stdout.log");
    }

    private Path older(int number) {
        return this.directory.resolve("stdout.log." + number);
    }

    private void append(String text) throws IOException {
        Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private FollowedFile followed(long bound) {
        return new FollowedFile(new OlderFiles(file(), 3), bound, null, this.lines::add, () -> this.now);
    }

    private FollowedFile resumed(long bound) {
        return new FollowedFile(new OlderFiles(file(), 3), bound, new Position(file()), this.lines::add,
                () -> this.now);
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
        assertThat(older(1)).content().isEqualTo("0123456789\n9876543210\nbeg");
        append("un\n");
        followed.look();
        assertThat(this.lines).containsExactly("0123456789", "9876543210", "begun");
        assertThat(file()).content().isEqualTo("un\n");
    }

    @Test
    void soManyOlderFilesAreKeptAndNoMore() throws IOException {
        FollowedFile followed = followed(5);
        for (String line : List.of("first", "second", "third", "fourth", "fifth")) {
            append(line + "\n");
            followed.look();
        }
        assertThat(older(1)).content().isEqualTo("fifth\n");
        assertThat(older(2)).content().isEqualTo("fourth\n");
        assertThat(older(3)).content().isEqualTo("third\n");
        assertThat(this.directory).isDirectoryNotContaining("glob:**.{4,0}");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whereSettingAsideFailsNothingIsLostAndOneWarningIsEnough(CapturedOutput output) throws IOException {
        FollowedFile followed = followed(5);
        // A directory that is not empty stands where the copy would be made.
        Files.createFile(Files.createDirectory(older(0)).resolve("obstacle"));
        for (int number = 0; number < 5; number++) {
            append("line " + number + "\n");
            followed.look();
            this.now += TimeUnit.SECONDS.toNanos(11);
        }
        assertThat(this.lines).containsExactly("line 0", "line 1", "line 2", "line 3", "line 4");
        assertThat(file()).content().hasLineCount(5);
        assertThat(output.getAll().split("cannot be set aside", -1)).hasSize(2);
        Files.delete(older(0).resolve("obstacle"));
        Files.delete(older(0));
        followed.look();
        assertThat(file()).isEmptyFile();
        // More than twice the bound: the end is kept.
        assertThat(older(1)).content().isEqualTo("ne 4\n");
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
    void afterAKillOfTheNodeNoLineIsLost() throws IOException {
        FollowedFile first = resumed(1000);
        append("one\ntw");
        first.look();
        append("o\nthree\n");
        FollowedFile second = resumed(1000);
        second.look();
        append("four\n");
        second.look();
        assertThat(this.lines).containsExactly("one", "two", "three", "four");
    }

    @Test
    void aFileThatWasNotThereWhenTheNodeWasKilledIsToldWhole() throws IOException {
        resumed(1000);
        append("first words\n");
        resumed(1000).look();
        assertThat(this.lines).containsExactly("first words");
    }

    @Test
    void aFileThatTookThePlaceOfAnotherIsToldWhole() throws IOException {
        FollowedFile first = resumed(1000);
        append("one\n");
        first.look();
        Path other = Files.writeString(this.directory.resolve("other"), "two\nthree\n");
        Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);
        resumed(1000).look();
        assertThat(this.lines).containsExactly("one", "two", "three");
    }

    @Test
    void aLineWithoutEndIsToldAtTheEndAndNotToldTwice() throws IOException {
        FollowedFile first = resumed(1000);
        append("one\nlast");
        first.finish();
        append(" words\n");
        resumed(1000).look();
        assertThat(this.lines).containsExactly("one", "last", " words");
    }

    @Test
    void oneLookReadsABoundedPiece() throws IOException {
        FollowedFile followed = followed(100_000_000);
        append(("x".repeat(1023) + "\n").repeat(1024));
        assertThat(followed.look()).isTrue();
        assertThat(this.lines).hasSizeBetween(200, 300);
        int looks = 1;
        while (followed.look()) {
            looks++;
        }
        assertThat(looks).isEqualTo(4);
        assertThat(this.lines).hasSize(1024);
    }

    @Test
    void whatWasWrittenFarFasterThanItCanBeReadIsLeftOutAndTheDiskStaysBounded() throws IOException {
        FollowedFile followed = resumed(1000);
        append("before\n");
        followed.look();
        append("0123456789\n".repeat(1000));
        followed.look();
        append("after\n");
        followed.look();
        assertThat(this.lines).containsExactly("before",
                "(11000 bytes left out: written faster than they could be read)", "after");
        assertThat(file()).hasSize(6);
        assertThat(older(1)).hasSize(1000);
    }

    @Test
    void howeverMuchWasWrittenWhileNoNodeRanIsTold() throws IOException {
        resumed(1000);
        append("0123456789\n".repeat(1000));
        FollowedFile followed = resumed(1000);
        while (followed.look()) {
            assertThat(this.lines).isNotEmpty();
        }
        assertThat(this.lines).hasSize(1000).containsOnly("0123456789");
        assertThat(file()).isEmptyFile();
    }

}
