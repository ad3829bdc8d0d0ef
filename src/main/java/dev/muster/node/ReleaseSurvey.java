package dev.muster.node;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.gateway.ReleaseControl;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.InvalidNameException;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.InquiryRefusedException;
import dev.muster.update.Updates;

/**
 * Members ask each other whether they have a release, or could get it. Question and
 * answer are texts: group and release in a line each, and what stands in the way, which
 * is nothing where nothing does.
 */
final class ReleaseSurvey implements ReleaseControl {

    private static final String TOPIC = "release-obstacle";

    /** Whoever takes longer, as a source that hangs, is not known to be unable. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Inquiries inquiries;

    private final ServiceGroupRegistry registry;

    private final Updates updates;

    ReleaseSurvey(Inquiries inquiries, ServiceGroupRegistry registry, Updates updates) {
        this.inquiries = inquiries;
        this.registry = registry;
        this.updates = updates;
    }

    /** From now on other members are answered. */
    void begin() {
        this.inquiries.answer(TOPIC, (from, body) -> answer(new String(body, StandardCharsets.UTF_8)));
    }

    private CompletableFuture<byte[]> answer(String question) {
        String[] lines = question.split("\n", 2);
        try {
            PackageIdent release = PackageIdent.parse((lines.length > 1) ? lines[1] : "");
            return this.updates.obstacle(GroupName.parse(lines[0]), release)
                .thenApply((obstacle) -> obstacle.orElse("").getBytes(StandardCharsets.UTF_8));
        }
        catch (InvalidNameException | InvalidIdentException ex) {
            throw new InquiryRefusedException("the question cannot be read: " + ex.getMessage());
        }
    }

    @Override
    public CompletableFuture<Survey> ask(GroupName group, PackageIdent release) {
        byte[] question = (group + "\n" + release).getBytes(StandardCharsets.UTF_8);
        List<CompletableFuture<Optional<String>>> answers = new ArrayList<>();
        this.registry.group(group)
            .ifPresent((known) -> known.members()
                .values()
                .stream()
                .filter(GroupSnapshot.Member::present)
                .forEach((member) -> answers.add(this.inquiries.ask(member.id(), TOPIC, question, PATIENCE)
                    .handle((answer, failure) -> obstacle(member, (failure == null) ? answer : new byte[0])))));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .thenApply((done) -> new Survey(answers.size(),
                    answers.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList()));
    }

    private static Optional<String> obstacle(GroupSnapshot.Member member, byte[] answer) {
        return (answer.length == 0) ? Optional.empty()
                : Optional.of(member.name() + ": " + new String(answer, StandardCharsets.UTF_8));
    }

}
