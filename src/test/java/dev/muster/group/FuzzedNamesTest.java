package dev.muster.group;

import java.util.List;

import dev.muster.Mutations;
import dev.muster.config.DurationText;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.KeyPath;
import dev.muster.content.FileName;
import dev.muster.key.GroupPattern;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.InvalidRolloutException;
import dev.muster.rollout.RolloutOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Short texts of people and programs, as nobody would write them. */
class FuzzedNamesTest {

    /** What a name is used for: a part of a path, a line of a table. */
    private static void assertHarmless(String name) {
        assertThat(name).doesNotContain("/", "\\", "\0", "\n").isNotIn("", ".", "..").hasSizeLessThan(256);
    }

    @Test
    void groupsAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(List.of("redis.prod", "redis.prod@acme", "a-b_c.D9"), (text) -> {
            GroupName name = GroupName.parse(text);
            assertThat(name).hasToString(text).isEqualTo(GroupName.parse(name.toString()));
            assertHarmless(text);
        }, InvalidNameException.class);
    }

    @Test
    void identsAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(
                List.of("core/redis", "core/redis/6.2.11", "core/redis/6.2.11/20230301000000"), (text) -> {
                    PackageIdent ident = PackageIdent.parse(text);
                    assertThat(PackageIdent.parse(ident.toString())).isEqualTo(ident);
                    assertHarmless(ident.name());
                }, IllegalArgumentException.class);
    }

    @Test
    void durationsAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(List.of("20", "500ms", "20s", "5m"), (text) -> {
            var duration = DurationText.parse(text);
            assertThat(duration.isNegative()).isFalse();
            assertThat(DurationText.parse(DurationText.write(duration))).isEqualTo(duration);
        }, IllegalArgumentException.class);
    }

    @Test
    void filesAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(List.of("users.acl", "a", "x_1-2.conf"), (text) -> {
            FileName name = new FileName(text);
            assertThat(name.text()).isEqualTo(text);
            assertHarmless(text);
        }, IllegalArgumentException.class);
    }

    @Test
    void patternsAreReadOrRefused() {
        GroupName group = GroupName.parse("redis.prod");
        Mutations.eachTextIsTakenOrRefused(List.of("*", "web.*", "redis.prod@acme", "*.one@*"),
                (text) -> assertThat(new GroupPattern(text).matches(group.toString())).isIn(true, false),
                IllegalArgumentException.class);
    }

    @Test
    void keysAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(List.of("a.b.c", "\"quoted key\".x", "tls.'port'"), (text) -> {
            KeyPath path = KeyPath.parse(text);
            assertThat(KeyPath.parse(path.toString())).isEqualTo(path);
        }, InvalidTomlException.class);
    }

    @Test
    void rolloutOptionsAreReadOrRefused() {
        for (String option : RolloutOptions.NAMES) {
            Mutations.eachTextIsTakenOrRefused(
                    List.of(option.equals("strategy") ? "rolling"
                            : option.equals("on-failure") ? "rollback" : option.equals("canary") ? "25%" : "10"),
                    (text) -> {
                        RolloutOptions options = RolloutOptions.parse(java.util.Map.of(option, text));
                        assertThat(options).isNotNull();
                    }, InvalidRolloutException.class);
        }
    }

}
