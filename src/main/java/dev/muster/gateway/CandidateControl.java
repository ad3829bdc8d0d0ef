package dev.muster.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.muster.config.Finding;
import dev.muster.config.KeyPath;
import dev.muster.config.SecretKeys;
import dev.muster.config.ValueType;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.MemberId;
import dev.muster.service.Preview;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a configuration before a group has it. Other members are asked
 * where this node does not know; changes nothing anywhere.
 */
public interface CandidateControl {

    /**
     * Holds a layer against what the group's package expects.
     * @param words keys whose type is wanted
     * @return within some seconds; never fails because nobody knows
     */
    CompletableFuture<Checked> check(GroupName group, Map<String, Object> layer, Set<KeyPath> words);

    /**
     * What each member would do with a layer, files and a release, in the order of their
     * ids.
     * @param layer its text
     * @param encrypted whether that is an encrypted message, which members open that can
     * @param secrets values of it that are secret beside those that a member's package
     * marks
     * @param release of its package that the group would run, if that is said
     * @return within some seconds; who does not answer is told with the reason
     */
    CompletableFuture<List<MemberPlan>> plan(GroupName group, byte[] layer, boolean encrypted, SecretKeys secrets,
            GroupFiles files, Optional<PackageIdent> release);

    /**
     * What a check came to.
     *
     * @param by the release whose package was asked; empty when nothing was checked
     * @param notice what to know of how it was checked
     * @param types of the keys that were asked for, as far as they are known
     * @param secrets values that the package marks as secret; empty where nothing was
     * checked
     */
    record Checked(Optional<String> by, Optional<String> notice, List<Finding> findings, Map<KeyPath, ValueType> types,
            Optional<SecretKeys> secrets) {

        /** Nobody knows the package. */
        public static Checked not(String notice) {
            return new Checked(Optional.empty(), Optional.of(notice), List.of(), Map.of(), Optional.empty());
        }

    }

    /**
     * What one member would do.
     *
     * @param preview null where it is not known
     * @param unknown why it is not
     */
    record MemberPlan(MemberId id, String name, @Nullable Preview preview, @Nullable String unknown) {
    }

}
