package dev.muster.group;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.Content;
import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.content.FileName;
import dev.muster.key.BoxMessage;
import dev.muster.key.SecretBoxKey;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A group of an organization takes what is encrypted for it; the door and each member see
 * to that.
 */
class EncryptionTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecretBoxKey ALICE = SecretBoxKey.ofUser("alice", NOON, RANDOM);

    private static final GroupName OURS = GroupName.parse("redis.prod@acme");

    private static final GroupName OPEN = GroupName.parse("redis.prod");

    private static final String TOML = "port = 1\n";

    private final GroupFacts facts = new GroupFacts((key, message, signature) -> false);

    private static BoxMessage message(String group) {
        return BoxMessage.seal(TOML.getBytes(StandardCharsets.UTF_8), ALICE,
                SecretBoxKey.ofGroup(group, NOON, RANDOM).publicKey(), RANDOM);
    }

    private static GroupContent encrypted(BoxMessage message) {
        byte[] text = message.text().getBytes(StandardCharsets.US_ASCII);
        return new GroupContent(text, Hash.of(text).hex(), Optional.of(message.envelope()),
                Optional.of(SecretKeys.EVERYTHING), GroupFiles.NONE, Optional.empty());
    }

    private static GroupContent plain() {
        return new GroupContent(TOML.getBytes(StandardCharsets.UTF_8), Content.hash(Toml.parse(TOML)), Optional.empty(),
                Optional.empty(), GroupFiles.NONE, Optional.empty());
    }

    private static GroupFiles file(Optional<BoxMessage> message) {
        return GroupFiles.of(List.of(new RevisionFile(new FileName("users.acl"), 1,
                new FileContent(Hash.of(new byte[1]), 1, 0640, Optional.empty(), message.map(BoxMessage::envelope)),
                "ann", 1)));
    }

    private static Fact revision(GroupName group, String author, GroupContent content) {
        return GroupFacts.revision(group, 1, 1, author, null, content, null,
                Plan.freeze(RolloutOptions.NONE, List.of()), null);
    }

    /** Whether members take a revision with this, and the word that one is complete. */
    private void taken(GroupName group, GroupContent content, boolean taken) {
        Fact revision = revision(group, "ann", content);
        assertThat(this.facts.admits(revision)).isEqualTo(taken);
        assertThat(this.facts.admits(revision(group, "", content))).isEqualTo(taken);
        Revision named = GroupFacts.revision(revision(group, "ann", GroupContent.NOTHING));
        assertThat(this.facts.admits(RolloutFacts.complete(named, content))).isEqualTo(taken);
    }

    @Test
    void membersTakeOnlyWhatIsEncryptedForTheirGroup() {
        taken(OURS, encrypted(message("redis.prod@acme")), true);
        taken(OURS, plain(), false);
        taken(OURS, encrypted(message("redis.dev@acme")), false);
        taken(OURS, encrypted(message("redis.prod@acme")).with(file(Optional.empty())), false);
        taken(OURS, encrypted(message("redis.prod@acme")).with(file(Optional.of(message("redis.dev@acme")))), false);
        taken(OURS, encrypted(message("redis.prod@acme")).with(file(Optional.of(message("redis.prod@acme")))), true);
        // What packages come with is what a failed first change goes back to.
        taken(OURS, GroupContent.NOTHING, true);
        taken(OURS, GroupContent.NOTHING.with(file(Optional.of(message("redis.prod@acme")))), true);
        taken(OURS, GroupContent.NOTHING.with(file(Optional.empty())), false);
    }

    @Test
    void aGroupWithoutOrganizationHasNoKeysAndTakesNothingEncrypted() {
        taken(OPEN, plain(), true);
        taken(OPEN, plain().with(file(Optional.empty())), true);
        taken(OPEN, encrypted(message("redis.prod@acme")), false);
        taken(OPEN, plain().with(file(Optional.of(message("redis.prod@acme")))), false);
    }

    @Test
    void whatAFactSaysOfACipherTextHasToBeTrue() {
        GroupContent honest = encrypted(message("redis.prod@acme"));
        GroupContent other = encrypted(message("redis.prod@acme"));
        taken(OURS, new GroupContent(honest.layer(), other.layerHash(), honest.envelope(), honest.secrets(),
                GroupFiles.NONE, Optional.empty()), false);
        byte[] cut = new String(honest.layer(), StandardCharsets.US_ASCII).substring(0, 40)
            .getBytes(StandardCharsets.US_ASCII);
        Fact fact = revision(OURS, "ann", new GroupContent(cut, Hash.of(cut).hex(), honest.envelope(), honest.secrets(),
                GroupFiles.NONE, Optional.empty()));
        assertThat(this.facts.admits(fact)).isFalse();
    }

    @Test
    void aRevisionTellsWhoseKeysOpenItAndGoesByItsCipherText() {
        BoxMessage message = message("redis.prod@acme");
        Revision revision = GroupFacts.revision(revision(OURS, "ann", encrypted(message)));
        assertThat(revision.envelope()).contains(message.envelope());
        assertThat(revision.contentHash()).isEqualTo(Hash.of(message.text().getBytes(StandardCharsets.US_ASCII)).hex())
            .isNotEqualTo(Content.hash(Toml.parse(TOML)));
        assertThat(revision.secrets()).as("nothing of it is for sight").contains(SecretKeys.EVERYTHING);
        Fact complete = RolloutFacts.complete(revision, encrypted(message));
        assertThat(RolloutFacts.completion(complete).envelope()).contains(message.envelope());
        assertThat(RolloutFacts.completion(complete).contentHash()).isEqualTo(revision.contentHash());
        assertThat(GroupFacts.content(complete).envelope()).contains(message.envelope());
    }

    private static ApplyRequest request(GroupName group, GroupContent content, Map<FileName, FileContent> files) {
        FileChanges changes = FileChanges.of(files.entrySet()
            .stream()
            .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey,
                    (file) -> new FileChanges.Change(OptionalLong.empty(), Optional.of(file.getValue())))));
        return new ApplyRequest(
                group, OptionalLong.empty(), null, Optional.of(new ApplyRequest.Layer(content.layer(),
                        content.layerHash(), content.envelope(), content.secrets())),
                changes, "ann", null, RolloutOptions.NONE);
    }

    @Test
    void theDoorSaysWhatToType() {
        assertThatThrownBy(() -> request(OURS, plain(), Map.of()).requireEncryption())
            .isInstanceOf(RefusedException.class)
            .hasMessageContainingAll("muster config apply redis.prod@acme FILE -u USER",
                    "muster user key generate USER", "Nothing was changed")
            .hasMessageNotContaining("port");
        FileContent file = new FileContent(Hash.of(new byte[1]), 1, 0640, Optional.empty());
        assertThatThrownBy(
                () -> request(OURS, GroupContent.NOTHING, Map.of(new FileName("users.acl"), file)).requireEncryption())
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("muster file upload redis.prod@acme users.acl -u USER");
        assertThatThrownBy(() -> request(OURS, encrypted(message("redis.dev@acme")), Map.of()).requireEncryption())
            .hasMessageContaining("encrypted for redis.dev@acme, which redis.prod@acme cannot read");
        assertThatThrownBy(() -> request(OPEN, encrypted(message("redis.prod@acme")), Map.of()).requireEncryption())
            .hasMessageContaining("apply it without -u");
        request(OURS, encrypted(message("redis.prod@acme")), Map.of()).requireEncryption();
        request(OPEN, plain(), Map.of(new FileName("users.acl"), file)).requireEncryption();
    }

}
