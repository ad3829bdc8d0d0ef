package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.rumor.Fact;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read of a log in which bytes are missing or wrong. */
class DamagedLogTest {

    private static final Fact FIRST = Facts.fact(1);

    private static final Fact SECOND = Facts.fact(2);

    private static final Fact THIRD = Facts.fact(3);

    private final List<Fact> found = new ArrayList<>();

    private final List<Damage> damage = new ArrayList<>();

    @TempDir
    Path scratch;

    private byte[] whole = new byte[0];

    private int second;

    private int third;

    @BeforeEach
    void write() throws IOException {
        Path directory = this.scratch.resolve("whole/facts");
        try (DiskFactLog log = open(directory)) {
            Facts.append(log, FIRST);
            this.second = (int) Files.size(directory.resolve("0000000001.facts"));
            Facts.append(log, SECOND);
            this.third = (int) Files.size(directory.resolve("0000000001.facts"));
            Facts.append(log, THIRD);
        }
        this.whole = Files.readAllBytes(directory.resolve("0000000001.facts"));
    }

    private DiskFactLog open(Path directory) throws IOException {
        this.found.clear();
        this.damage.clear();
        return DiskFactLog.open(directory, Facts.SEALING, InstantSource.system(), this.found::add, this.damage::add);
    }

    /** A log of these bytes alone. */
    private Path log(String name, byte[] bytes) throws IOException {
        Path directory = this.scratch.resolve(name).resolve("facts");
        Files.createDirectories(directory);
        Files.write(directory.resolve("0000000001.facts"), bytes);
        return directory;
    }

    @Test
    void aTornEndIsCutWhereverItTore() throws IOException {
        for (int length = this.third + 1; length < this.whole.length; length++) {
            Path directory = log("torn-" + length, Arrays.copyOf(this.whole, length));
            try (DiskFactLog log = open(directory)) {
                assertThat(this.found).containsExactly(FIRST, SECOND);
                assertThat(this.damage).isEmpty();
                Facts.append(log, THIRD);
            }
            open(directory).close();
            assertThat(this.found).containsExactly(FIRST, SECOND, THIRD);
            assertThat(this.damage).isEmpty();
        }
    }

    @Test
    void aTornTitleIsCut() throws IOException {
        for (int length = 0; length < Segment.TITLE_BYTES; length++) {
            Path directory = log("title-" + length, Arrays.copyOf(this.whole, length));
            try (DiskFactLog log = open(directory)) {
                assertThat(this.found).isEmpty();
                Facts.append(log, FIRST);
            }
            open(directory).close();
            assertThat(this.found).containsExactly(FIRST);
            assertThat(this.damage).isEmpty();
        }
    }

    @Test
    void anEndOfZeroesIsCut() throws IOException {
        Path directory = log("zeroes", Arrays.copyOf(this.whole, this.whole.length + 4096));
        open(directory).close();
        assertThat(this.found).containsExactly(FIRST, SECOND, THIRD);
        assertThat(this.damage).isEmpty();
        assertThat(directory.resolve("0000000001.facts")).hasBinaryContent(this.whole);
    }

    @Test
    void aWrongByteAnywhereInARecordCostsThatRecordOnly() throws IOException {
        for (int position = this.second; position < this.third; position++) {
            byte[] bytes = this.whole.clone();
            bytes[position] ^= 0x55;
            Path directory = log("flip-" + position, bytes);
            Path file = directory.resolve("0000000001.facts");
            try (DiskFactLog log = open(directory)) {
                assertThat(this.found).containsExactly(FIRST, THIRD);
                assertThat(this.damage).singleElement().satisfies((found) -> {
                    assertThat(found.file()).isEqualTo(file);
                    assertThat(found.offset()).isEqualTo(this.second);
                    assertThat(found.length()).isEqualTo(this.third - this.second);
                    assertThat(found.toString()).contains(file.toString(), "offset " + this.second);
                    assertThat(found.copy().orElseThrow())
                        .hasBinaryContent(Arrays.copyOfRange(bytes, this.second, this.third));
                });
                assertThat(log.damage()).isEqualTo(this.damage);
                assertThat(file).hasBinaryContent(bytes);
                Facts.append(log, SECOND);
            }
            open(directory).close();
            assertThat(this.found).containsExactly(FIRST, THIRD, SECOND);
        }
    }

    @Test
    void aWrongByteInTheLastRecordIsDamageAndNotATornEnd() throws IOException {
        for (int position = this.third; position < this.whole.length; position++) {
            byte[] bytes = this.whole.clone();
            bytes[position] ^= 0x55;
            Path directory = log("last-" + position, bytes);
            try (DiskFactLog log = open(directory)) {
                assertThat(this.found).containsExactly(FIRST, SECOND);
                assertThat(this.damage).singleElement()
                    .satisfies((found) -> assertThat(found.offset()).isEqualTo(this.third));
                Facts.append(log, THIRD);
            }
            open(directory).close();
            assertThat(this.found).containsExactly(FIRST, SECOND, THIRD);
        }
    }

    @Test
    void aWrongByteInTheTitleCostsNoFact() throws IOException {
        for (int position = 0; position < Segment.TITLE_BYTES; position++) {
            byte[] bytes = this.whole.clone();
            bytes[position] ^= 0x03;
            open(log("heading-" + position, bytes)).close();
            assertThat(this.found).containsExactly(FIRST, SECOND, THIRD);
        }
    }

    @Test
    void anEarlierFileThatEndsWithinARecordIsDamageAndStaysAsItIs() throws IOException {
        byte[] bytes = Arrays.copyOf(this.whole, this.whole.length - 1);
        Path directory = log("earlier", bytes);
        Files.write(directory.resolve("0000000002.facts"), Segment.TITLE.getBytes());
        open(directory).close();
        assertThat(this.found).containsExactly(FIRST, SECOND);
        assertThat(this.damage).singleElement().satisfies((found) -> assertThat(found.offset()).isEqualTo(this.third));
        assertThat(directory.resolve("0000000001.facts")).hasBinaryContent(bytes);
    }

    @Test
    void aRecordWithinAContentIsNoRecord() throws IOException {
        byte[] inside = Arrays.copyOfRange(this.whole, this.second, this.whole.length);
        Fact outer = Fact.create(FIRST.key(), 9, 0, "alice", Fact.Retention.HISTORY, inside, null);
        Path directory = this.scratch.resolve("outer/facts");
        try (DiskFactLog log = open(directory)) {
            Facts.append(log, outer);
        }
        Path file = directory.resolve("0000000001.facts");
        byte[] bytes = Files.readAllBytes(file);
        bytes[Segment.TITLE_BYTES] ^= 1;
        Files.write(file, bytes);
        open(directory).close();
        assertThat(this.found).isEmpty();
        assertThat(this.damage).singleElement()
            .satisfies((found) -> assertThat(found.length()).isEqualTo(bytes.length - Segment.TITLE_BYTES));
    }

}
