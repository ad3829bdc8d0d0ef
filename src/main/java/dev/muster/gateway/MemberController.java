package dev.muster.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.muster.group.Departure;
import dev.muster.group.Departures;
import dev.muster.group.GroupName;
import dev.muster.group.KnownMember;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The members of the ring: who is present, who is away, who has departed, and how one
 * does.
 */
@RestController
@RequestMapping("/v1/ring")
final class MemberController {

    private final Supplier<NodeStatus> node;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final Departures departures;

    MemberController(Supplier<NodeStatus> node, Replica replica, ServiceGroupRegistry registry, Departures departures) {
        this.node = node;
        this.replica = replica;
        this.registry = registry;
        this.departures = departures;
    }

    @GetMapping
    RingAnswer ring() {
        NodeStatus self = this.node.get();
        RingView view = this.replica.view();
        return new RingAnswer(self.ring(),
                view.members().values().stream().map((peer) -> MemberLine.of(peer, self.memberId())).toList(),
                known().stream().filter((member) -> !member.present()).map(AwayLine::of).toList(),
                this.departures.all().stream().map(DepartedLine::of).toList());
    }

    private List<KnownMember> known() {
        return KnownMember.all(this.replica.view(), this.registry.groups().values());
    }

    /** It stops its services and ends, once it hears of it. */
    @PostMapping("/members/{member}/depart")
    ResponseEntity<SaidLine> depart(@PathVariable String member, HttpServletRequest request) {
        return say(find(member, (known) -> true), Intake.author(request));
    }

    /** Refuses members that are present, which would lose their services by it. */
    @PostMapping("/members/{member}/forget")
    ResponseEntity<SaidLine> forget(@PathVariable String member, HttpServletRequest request) {
        KnownMember found = find(member, (known) -> !known.present());
        if (found.present()) {
            throw new ProblemException(ProblemType.CONFLICT, "The member " + describe(found)
                    + " is present; 'muster sup depart " + found.id() + "' stops its services and lets it go");
        }
        return say(found, Intake.author(request));
    }

    private ResponseEntity<SaidLine> say(KnownMember member, String author) {
        Departures.Said said = this.departures.depart(member.id(), member.name(), author).join();
        return ResponseEntity.status(said.already() ? 200 : 202).body(SaidLine.of(said, member.present()));
    }

    /**
     * @param preferred of several that are meant, these
     */
    private KnownMember find(String text, Predicate<KnownMember> preferred) {
        List<KnownMember> all = known();
        List<KnownMember> meant = all.stream().filter((member) -> member.isMeantBy(text)).toList();
        List<KnownMember> wanted = meant.stream().filter(preferred).toList();
        List<KnownMember> found = wanted.isEmpty() ? meant : wanted;
        if (found.size() > 1) {
            throw new ProblemException(ProblemType.CONFLICT,
                    "Several members are meant by '" + text + "': "
                            + found.stream().map(MemberController::describe).collect(Collectors.joining(", "))
                            + "; name one by its id");
        }
        return found.stream().findFirst().orElseGet(() -> unknown(text, all));
    }

    /** One that belongs to no group is known by its id only, also when it is away. */
    private KnownMember unknown(String text, List<KnownMember> all) {
        List<Departure> before = this.departures.all()
            .stream()
            .filter((departure) -> departure.member().hex().equals(text) || departure.name().equals(text))
            .toList();
        if (before.size() == 1) {
            Departure known = before.get(0);
            return new KnownMember(known.member(), known.name(), Optional.empty(), false, new TreeSet<>());
        }
        try {
            MemberId id = new MemberId(text);
            return new KnownMember(id, id.hex().substring(0, 8), Optional.empty(), false, new TreeSet<>());
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.NOT_FOUND,
                    "No member is known by the id, name or address '" + text + "'; there are "
                            + all.stream().map(MemberController::describe).collect(Collectors.joining(", "))
                            + "; of one that belongs to no group and is away, give the id of 32 digits");
        }
    }

    private static String describe(KnownMember member) {
        return member.name() + " (" + member.id() + member.address().map((at) -> " at " + at).orElse("")
                + (member.present() ? ")" : ", away)");
    }

    /** Who is there, who is not, and who will not come back. */
    record RingAnswer(String ring, List<MemberLine> members, List<AwayLine> away, List<DepartedLine> departed) {
    }

    /**
     * One that is present.
     *
     * @param self whether that is the node that answers
     */
    record MemberLine(String id, String name, String address, boolean self, long incarnation,
            Map<String, String> labels) {

        static MemberLine of(RingView.Peer peer, String self) {
            return new MemberLine(peer.id().hex(), peer.name(), peer.address(), peer.id().hex().equals(self),
                    peer.incarnation(), peer.labels());
        }

    }

    /**
     * One that belongs to a group and is away.
     *
     * @param address where it was; null when this node has not heard of it since its
     * start
     */
    record AwayLine(String id, String name, @Nullable String address, Set<String> groups) {

        static AwayLine of(KnownMember member) {
            return new AwayLine(member.id().hex(), member.name(), member.address().orElse(null),
                    member.groups().stream().map(GroupName::toString).collect(Collectors.toCollection(TreeSet::new)));
        }

    }

    /** One that will not come back. */
    record DepartedLine(String id, String name, Instant time, String author) {

        static DepartedLine of(Departure departure) {
            return new DepartedLine(departure.member().hex(), departure.name(), departure.time(), departure.author());
        }

    }

    /**
     * What became of a departure.
     *
     * @param present whether the member was there when it was said, so that it stops its
     * services now
     * @param already whether it was said before
     * @param oneCopy whether no other member has answered yet that it has this on disk
     */
    record SaidLine(String id, String name, Instant time, String author, boolean present, boolean already,
            boolean oneCopy) {

        static SaidLine of(Departures.Said said, boolean present) {
            Departure departure = said.departure();
            return new SaidLine(departure.member().hex(), departure.name(), departure.time(), departure.author(),
                    present, said.already(), said.oneCopy());
        }

    }

}
