package dev.muster.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.group.Applied;
import dev.muster.group.Departure;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.rumor.MemberId;
import dev.muster.service.Rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** What users are promised, as things that can be looked at after every step. */
final class Promises {

    private static final int HISTORY = 50;

    private final Simulation simulation;

    Promises(Simulation simulation) {
        this.simulation = simulation;
        simulation.invariant(this::whatWasAcceptedIsOnTheDiskOfWhoSaidSo);
        simulation.invariant(this::nothingIsShownBeforeItIsOnDisk);
    }

    private void whatWasAcceptedIsOnTheDiskOfWhoSaidSo() {
        for (SimulatedMember member : this.simulation.members.values()) {
            for (Applied applied : member.told()) {
                Revision revision = applied.revision();
                if (!member.disk().holds(revision.hash()) && !member.disk().isDamaged(revision.hash())) {
                    long greater = member.disk()
                        .facts()
                        .stream()
                        .filter((fact) -> fact.key().subject().equals(revision.group().toString()))
                        .filter((fact) -> fact.version().compareTo(revision.version()) > 0)
                        .count();
                    assertThat(greater).as("%s lost the accepted %s", member.name(), revision.id())
                        .isGreaterThanOrEqualTo(HISTORY);
                }
            }
        }
    }

    private void nothingIsShownBeforeItIsOnDisk() {
        for (SimulatedMember member : this.simulation.members.values()) {
            if (member.alive()) {
                for (GroupSnapshot group : member.registry().groups().values()) {
                    group.current()
                        .filter((current) -> !member.disk().isDamaged(current.hash()))
                        .ifPresent((current) -> assertThat(member.disk().holds(current.hash()))
                            .as("%s shows %s", member.name(), current.id())
                            .isTrue());
                }
            }
        }
    }

    /** Once the ring is whole and quiet. */
    void allMembersAreEqual() {
        List<SimulatedMember> members = List.copyOf(this.simulation.members.values());
        assertThat(members).extracting((member) -> member.replica().fingerprint())
            .as("what members hold: %s", members.stream().map(SimulatedMember::name).toList())
            .containsOnly(members.get(0).replica().fingerprint());
        for (SimulatedMember member : members) {
            assertThat(member.registry().groups()).as(member.name()).isEqualTo(members.get(0).registry().groups());
        }
    }

    /** Who has departed has ended, and nobody holds anything about it but that. */
    void whoHasDepartedIsGone(Set<MemberId> departed) {
        for (SimulatedMember member : this.simulation.members.values()) {
            assertThat(departed).as("departed, and here").doesNotContain(member.id());
            assertThat(member.departures().all()).as("what %s knows", member.name())
                .extracting(Departure::member)
                .containsExactlyInAnyOrderElementsOf(departed);
            assertThat(member.disk().facts()).as("on the disk of %s", member.name())
                .extracting((fact) -> fact.key().detail())
                .noneMatch((about) -> departed.stream().map(MemberId::hex).anyMatch(about::equals));
        }
    }

    /** Those that belong to a group are known to all, and nobody else is. */
    void everyGroupHasItsMembers() {
        SortedMap<GroupName, Set<MemberId>> belonging = new TreeMap<>();
        for (SimulatedMember member : this.simulation.members.values()) {
            member.groups()
                .forEach((group) -> belonging.computeIfAbsent(group, (name) -> new TreeSet<>()).add(member.id()));
        }
        for (SimulatedMember member : this.simulation.members.values()) {
            if (member.alive()) {
                SortedMap<GroupName, Set<MemberId>> known = new TreeMap<>();
                member.registry().groups().forEach((group, snapshot) -> {
                    if (!snapshot.members().isEmpty()) {
                        known.put(group, snapshot.members().keySet());
                    }
                });
                assertThat(known).as("members of groups, as %s knows them", member.name()).isEqualTo(belonging);
            }
        }
    }

    /** What is shown can be read. */
    void everythingShownIsOnDisk() {
        for (SimulatedMember member : this.simulation.members.values()) {
            if (member.alive()) {
                member.registry().groups().values().forEach((group) -> group.revisions().forEach((revision) -> {
                    assertThatCode(() -> member.registry().content(revision)).as(member.name())
                        .doesNotThrowAnyException();
                }));
            }
        }
    }

    /**
     * Every accepted revision is kept, or fifty greater ones are. Whoever is alive
     * answers.
     */
    void everythingAcceptedIsKept() {
        List<Revision> accepted = this.simulation.members.values()
            .stream()
            .flatMap((member) -> member.told().stream())
            .map(Applied::revision)
            .toList();
        for (SimulatedMember member : this.simulation.members.values()) {
            if (member.alive()) {
                for (Revision revision : accepted) {
                    assertIsKept(member, revision);
                }
            }
        }
    }

    private static void assertIsKept(SimulatedMember member, Revision revision) {
        List<Revision> kept = member.registry().group(revision.group()).map(GroupSnapshot::revisions).orElse(List.of());
        if (!kept.contains(revision)) {
            assertThat(kept).as("%s has not got the accepted %s", member.name(), revision.id())
                .hasSizeGreaterThanOrEqualTo(HISTORY)
                .allMatch((greater) -> greater.compareTo(revision) > 0);
        }
    }

    /**
     * Every accepted revision has reached everybody, and every member of its group runs
     * with the greatest.
     */
    void everyMemberRunsWithTheGreatestAccepted() {
        List<Applied> told = this.simulation.members.values()
            .stream()
            .flatMap((member) -> member.told().stream())
            .toList();
        for (SimulatedMember member : this.simulation.members.values()) {
            for (GroupName group : member.groups()) {
                Optional<Revision> greatest = told.stream()
                    .map(Applied::revision)
                    .filter((revision) -> revision.group().equals(group))
                    .max(Comparator.naturalOrder());
                if (greatest.isPresent()) {
                    Optional<Revision> taken = member.services()
                        .get(group)
                        .taken()
                        .flatMap(member.registry().group(group).orElseThrow()::find);
                    assertThat(taken).as("%s of %s", group, member.name()).isPresent();
                    assertThat(taken.get().compareTo(greatest.get())).as("%s of %s", group, member.name())
                        .isGreaterThanOrEqualTo(0);
                }
                GroupSnapshot seen = member.registry().group(group).orElseThrow();
                seen.current().ifPresent((current) -> assertThat(seen.members().values()).allSatisfy((other) -> {
                    assertThat(other.present()).isTrue();
                    assertThat(other.state().map(MemberState::rung)).contains(Rung.HEALTHY);
                    assertThat(other.state().map(MemberState::revision)).contains(current.id());
                }));
            }
        }
    }

}
