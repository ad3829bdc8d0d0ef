package dev.muster.group;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;

/**
 * A group at one moment, for readers that must not wait.
 *
 * @param revisions those that are kept, the greatest first
 * @param lost those among them that are not what the current one was made from
 * @param members those that belong to it, present or away
 */
public record GroupSnapshot(GroupName name, List<Revision> revisions, Set<Hash> lost,
        SortedMap<MemberId, Member> members) {

    public GroupSnapshot {
        revisions = List.copyOf(revisions);
        lost = Set.copyOf(lost);
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    public Optional<Revision> current() {
        return this.revisions.stream().findFirst();
    }

    /**
     * Finds a revision as people name it: {@code current}, {@code 7-3f9a1c02} or
     * {@code 7}.
     */
    public Optional<Revision> find(String name) {
        return History.find(name, this.revisions, this.lost);
    }

    /**
     * One that belongs to the group.
     *
     * @param present whether this member sees it now
     * @param ident the package it has loaded the service from
     * @param state what it last said of its service; absent until it has
     */
    public record Member(MemberId id, String name, boolean present, String ident, Optional<MemberState> state) {
    }

}
