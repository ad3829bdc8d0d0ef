package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import dev.muster.service.LineLog;
import dev.muster.service.ServiceOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FileLineLogTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.120Z");

    @TempDir
    Path directory;

    private Path file() {
        return this.directory.resolve("service.log");
    }

    private FileLineLog log(long bound) {
        return new FileLineLog(new OlderFiles(file(), 2), bound);
    }

    private static LineLog.Entry line(String text) {
        return new LineLog.Entry(NOON, ServiceOutput.Stream.O, null, text);
    }

    private static List<String> texts(LineLog log, int lines) {
        return log.tail(lines).stream().map(LineLog.Entry::text).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void aLineIsReadableAtOnceWithTimeAndSource() throws IOException {
        LineLog log = log(1000);
        log.append(line("Ready"));
        log.append(new LineLog.Entry(NOON.plusSeconds(1), ServiceOutput.Stream.E, null, " two  blanks "));
        log.append(new LineLog.Entry(NOON.plusSeconds(2), ServiceOutput.Stream.HK, "init", ""));
        assertThat(file()).content()
            .isEqualTo("2026-11-22T12:00:00.120Z O Ready\n2026-11-22T12:00:01.120Z E  two  blanks \n"
                    + "2026-11-22T12:00:02.120Z HK[init] \n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-r-----");
        assertThat(log.tail(2)).containsExactly(
                new LineLog.Entry(NOON.plusSeconds(1), ServiceOutput.Stream.E, null, " two  blanks "),
                new LineLog.Entry(NOON.plusSeconds(2), ServiceOutput.Stream.HK, "init", ""));
        assertThat(texts(log, 0)).isEmpty();
        assertThat(texts(log, 50)).hasSize(3);
        log.close();
        assertThat(texts(log(1000), 1)).containsExactly("");
    }

    @Test
    void theLastLinesAreFoundAcrossOlderFilesAndTheOldestGo() throws IOException {
        // 31 bytes a line of three digits, three lines a file.
        LineLog log = log(100);
        for (int number = 100; number < 120; number++) {
            log.append(line(Integer.toString(number)));
        }
        assertThat(Files.readAllLines(file())).hasSize(2);
        assertThat(texts(log, 4)).isEqualTo(numbers(116, 120));
        assertThat(texts(log, 1000)).isEqualTo(numbers(112, 120));
        assertThat(this.directory.resolve("service.log.2")).exists();
        assertThat(this.directory.resolve("service.log.3")).doesNotExist();
    }

    @Test
    void manyLinesAreReadBackInOrder() {
        LineLog log = log(10_000_000);
        for (int number = 0; number < 20_000; number++) {
            log.append(line(Integer.toString(number)));
        }
        assertThat(texts(log, 15_000)).isEqualTo(numbers(5_000, 20_000));
    }

    @Test
    void aLineThatACrashCutOffIsNoneAndTheNextIsWhole() throws IOException {
        log(1000).append(line("one"));
        Files.writeString(file(), "2026-11-22T12:00:0", StandardOpenOption.APPEND);
        assertThat(texts(log(1000), 9)).containsExactly("one");
        LineLog log = log(1000);
        log.append(line("two"));
        assertThat(texts(log, 9)).containsExactly("one", "two");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void onAFullDiskFollowersGoOnAndOneWarningIsEnough(CapturedOutput output) throws IOException {
        Files.createSymbolicLink(file(), Path.of("/dev/full"));
        LineLog log = log(1000);
        Reader reader = new Reader();
        log.follow(10, reader);
        log.append(line("one"));
        log.append(line("two"));
        await().until(() -> reader.told.equals(List.of("one", "two")));
        assertThat(output.getAll().split("Log of a service cannot be written", -1)).hasSize(2);
        assertThat(output).contains("No space left on device");
        Files.delete(file());
        log.append(line("three"));
        assertThat(texts(log, 9)).containsExactly("three");
    }

    @Test
    void whoFollowsHearsTheLastLinesAndThenEachNewOne() {
        LineLog log = log(1_000_000);
        for (int number = 0; number < 100; number++) {
            log.append(line(Integer.toString(number)));
        }
        Reader reader = new Reader();
        Reader other = new Reader();
        log.follow(90, reader);
        LineLog.Following stopped = log.follow(0, other);
        log.append(line("100"));
        await().until(() -> other.told.equals(List.of("100")));
        stopped.stop();
        log.append(line("101"));
        log.close();
        await().until(() -> reader.ended);
        assertThat(reader.told).isEqualTo(numbers(10, 102));
        assertThat(other.told).containsExactly("100");
        assertThat(other.ended).isFalse();
    }

    @Test
    void aSlowFollowerHoldsUpNobodyAndIsToldHowMuchItMissed() throws InterruptedException {
        LineLog log = log(10_000_000);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        Reader slow = new Reader() {

            @Override
            public void line(LineLog.Entry entry) {
                super.line(entry);
                reading.countDown();
                try {
                    wake.await();
                }
                catch (InterruptedException ex) {
                    throw new IllegalStateException(ex);
                }
            }

        };
        Reader quick = new Reader();
        log.follow(0, slow);
        log.append(line("0"));
        reading.await();
        for (int number = 1; number < 1500; number++) {
            log.append(line(Integer.toString(number)));
        }
        log.follow(1500, quick);
        await().until(() -> quick.told.size() == 1500);
        assertThat(slow.told).containsExactly("0");
        wake.countDown();
        await().until(() -> slow.told.size() == 1002);
        assertThat(slow.told.get(1)).isEqualTo("skipped 499");
        assertThat(slow.told.subList(2, 1002)).isEqualTo(numbers(500, 1500));
    }

    @Test
    void aListenerThatThrowsHearsNothingMore() {
        LineLog log = log(1000);
        Reader broken = new Reader() {

            @Override
            public void line(LineLog.Entry entry) {
                super.line(entry);
                throw new IllegalStateException("gone away");
            }

        };
        Reader sound = new Reader();
        log.follow(0, broken);
        log.follow(0, sound);
        log.append(line("one"));
        await().until(() -> broken.told.size() == 1);
        log.append(line("two"));
        await().until(() -> sound.told.size() == 2);
        assertThat(broken.told).containsExactly("one");
    }

    private static class Reader implements LineLog.Listener {

        final List<String> told = new CopyOnWriteArrayList<>();

        volatile boolean ended;

        @Override
        public void line(LineLog.Entry entry) {
            this.told.add(entry.text());
        }

        @Override
        public void skipped(long lines) {
            this.told.add("skipped " + lines);
        }

        @Override
        public void ended() {
            this.ended = true;
        }

    }

}
