package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.election.Voter;
import dev.muster.election.VoterList;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class VoteFilesTest {

    private static final MemberId ALICE = new MemberId("a".repeat(32));

    private static final VoteRecord RECORD = new VoteRecord(7, new Lineage(1, 1_000, 5),
            new VoterList(2, 3, List.of(new Voter(ALICE, 7))), 4, ALICE);

    @TempDir
    Path directory;

    private VoteFiles files;

    @BeforeEach
    void open() throws IOException {
        this.files = VoteFiles.open(this.directory.resolve("votes"));
    }

    private Path file() {
        return this.directory.resolve("votes/redis.prod@org.vote");
    }

    @Test
    void whatWasWrittenLastIsThere() throws IOException {
        assertThat(this.files.read("redis.prod@org")).isEqualTo(new VoteFiles.Found(Optional.empty(), false));
        this.files.write("redis.prod@org", VoteRecord.blank(7));
        this.files.write("redis.prod@org", RECORD);
        VoteFiles next = VoteFiles.open(this.directory.resolve("votes"));
        assertThat(next.read("redis.prod@org").record()).contains(RECORD);
        assertThat(next.groups()).containsExactly("redis.prod@org");
        assertThat(Files.list(file().getParent())).hasSize(1);
    }

    @Test
    void everyDamagedByteIsFoundAndTheMemberRemembersThatItForgot() throws IOException {
        this.files.write("redis.prod@org", RECORD);
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file(), damaged);
            assertThat(this.files.read("redis.prod@org").record()).as("byte " + i).isEmpty();
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThat(this.files.read("redis.prod@org").damaged()).as("length " + length).isTrue();
        }
        assertThat(Files.readAllBytes(file().resolveSibling("redis.prod@org.vote.damaged"))).hasSize(whole.length - 1);
        // Also at the next start, when the file itself is gone.
        assertThat(this.files.read("redis.prod@org").damaged()).isTrue();
        assertThat(this.files.groups()).isEmpty();
    }

    @Test
    void whatCannotBeWrittenLeavesWhatWasThere() throws IOException {
        this.files.write("redis.prod@org", RECORD);
        Path votes = file().getParent();
        Path moved = votes.resolveSibling("moved");
        Files.move(votes, moved);
        Files.writeString(votes, "in the way");
        assertThatIOException().isThrownBy(() -> this.files.write("redis.prod@org", VoteRecord.blank(8)));
        Files.delete(votes);
        Files.move(moved, votes);
        assertThat(this.files.read("redis.prod@org").record()).contains(RECORD);
    }

}
