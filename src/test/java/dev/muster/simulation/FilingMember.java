package dev.muster.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import dev.muster.content.FakeContentStore;
import dev.muster.content.FileName;
import dev.muster.content.Supply;
import dev.muster.group.Allowed;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.FileContent;
import dev.muster.group.GroupName;
import dev.muster.group.HeldFiles;
import dev.muster.rollout.RolloutOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A member that brings the files of its groups from others, over the simulated network
 * and at a rate that takes a while. Its contents outlive it. A service does not bear a
 * file whose name begins with {@code bad}.
 */
final class FilingMember extends SimulatedMember {

    private static final long BYTES_A_SECOND = 256 * 1024;

    private static final Duration DISK = Duration.ofMillis(2);

    private final Simulation simulation;

    private final FakeContentStore contents = new FakeContentStore();

    private HeldFiles held;

    FilingMember(Simulation simulation, String name, String group) {
        super(simulation, name, List.of(group));
        this.simulation = simulation;
    }

    @Override
    void booting() {
        this.held = new HeldFiles(id(), replica(), registry(), this.contents, loop(),
                (task) -> loop().after(DISK, task), replica().inquiries()::ask, BYTES_A_SECOND,
                new Random(this.simulation.random.nextLong()));
        this.held.attach();
        loop().execute(this.held::begin);
    }

    @Override
    boolean maySupply(SimulatedService service, Allowed allowed) {
        boolean here = this.held.of(allowed.files()) == Supply.HERE;
        if (service.taken().isEmpty()) {
            // One that has yet to be started waits.
            return here;
        }
        if (!service.taken().get().equals(allowed.id())) {
            assertThat(here).as("%s takes %s with all its contents", name(), allowed).isTrue();
        }
        return true;
    }

    @Override
    String said(Allowed allowed, byte[] layer) {
        boolean bad = allowed.files().all().stream().anyMatch((file) -> file.name().text().startsWith("bad"));
        return super.said(allowed, layer) + (bad ? " bad" : "");
    }

    /** Somebody uploads a file here, or takes one away. */
    CompletableFuture<Applied> file(String group, String name, Optional<byte[]> bytes, Map<String, String> how) {
        Optional<FileContent> content = bytes
            .map((known) -> new FileContent(this.contents.put(known), known.length, 0640, Optional.empty()));
        CompletableFuture<Applied> answer = this.held
            .apply(new ApplyRequest(GroupName.parse(group), OptionalLong.empty(), null, Optional.empty(),
                    FileChanges.of(Map.of(new FileName(name), new FileChanges.Change(OptionalLong.empty(), content))),
                    name(), null, RolloutOptions.parse(how)));
        answer.thenAccept(told()::add);
        return answer;
    }

    /** Its disk has nothing of any file any longer. */
    void loseContents() {
        this.contents.held().forEach(this.contents::delete);
    }

    HeldFiles held() {
        return this.held;
    }

}
