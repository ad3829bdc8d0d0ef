package dev.muster.group;

import java.util.List;
import java.util.Optional;

import dev.muster.election.ElectionFacts;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Plan;
import dev.muster.rumor.Admission;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.Fact.Verifier;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/** The facts that this package says and reads, and what makes one of them admissible. */
public final class GroupFacts implements Admission {

    static final String CONFIG = "config";

    static final String ROSTER = "roster";

    static final String STATE = "state";

    /**
     * Microseconds. A revision's time is refused for no other reason than that none could
     * come after it.
     */
    private static final long LAST_TIME = 1L << 62;

    private static final int LONGEST_TEXT = 1_024;

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    private final Verifier verifier;

    /**
     * @param verifier checks what members say of themselves
     */
    public GroupFacts(Verifier verifier) {
        this.verifier = verifier;
    }

    static FactKey config(GroupName group) {
        return new FactKey(CONFIG, group.toString(), "");
    }

    static FactKey roster(GroupName group, MemberId member) {
        return new FactKey(ROSTER, group.toString(), member.hex());
    }

    static FactKey state(GroupName group, MemberId member) {
        return new FactKey(STATE, group.toString(), member.hex());
    }

    @Override
    public boolean admits(Fact fact) {
        if (!GroupBounds.allow(fact)) {
            return false;
        }
        try {
            return switch (fact.key().kind()) {
                case CONFIG -> isRevision(fact);
                case ROSTER -> fact.retention() == Retention.DURABLE && saidByItsMember(fact) && roster(fact) != null;
                case STATE -> fact.retention() == Retention.TRANSIENT && saidByItsMember(fact) && state(fact) != null;
                case ElectionFacts.ELECTION, ElectionFacts.VOTERS -> {
                    GroupName.parse(fact.key().subject());
                    yield new ElectionFacts(this.verifier).admits(fact);
                }
                case RolloutFacts.CONTROL, RolloutFacts.COMPLETE, RolloutFacts.POLICY -> RolloutFacts.admits(fact);
                default -> true;
            };
        }
        catch (IllegalArgumentException ex) {
            return false;
        }
    }

    private static boolean isRevision(Fact fact) {
        if (fact.retention() != Retention.HISTORY || !fact.key().detail().isEmpty() || !leavesRoom(fact.version())) {
            return false;
        }
        RevisionBody body = read(fact, RevisionBody.class);
        GroupContent content = content(body);
        return revision(fact, body, content).size() <= Revision.MAX_CONTENT && isFit(fact, content);
    }

    /**
     * Who has the ring's key can say any fact, so what the door refuses is refused here
     * once more.
     */
    static boolean isFit(Fact fact, GroupContent content) {
        GroupName group = GroupName.parse(fact.key().subject());
        boolean own = content.release().filter((release) -> !release.name().equals(group.service())).isEmpty();
        return own && Encryption.unfit(group, content).isEmpty();
    }

    /** Whether something may still be said after it. */
    static boolean leavesRoom(Version version) {
        return version.major() >= 1 && version.major() <= Revision.MAX_NUMBER && version.minor() >= 0
                && version.minor() <= LAST_TIME;
    }

    private boolean saidByItsMember(Fact fact) {
        GroupName.parse(fact.key().subject());
        return fact.version().author().isEmpty() && fact.signer().equals(Optional.of(new MemberId(fact.key().detail())))
                && fact.verify(this.verifier);
    }

    static Fact revision(GroupName group, long number, long micros, String author, Revision.@Nullable Base base,
            GroupContent content, @Nullable String message, Plan plan, Revision.@Nullable Base previous) {
        return revision(group, number, micros, author, base, content, message, plan, previous, null);
    }

    /**
     * @param replaces what the group ran, where Muster moves it to another release; else
     * null
     */
    static Fact revision(GroupName group, long number, long micros, String author, Revision.@Nullable Base base,
            GroupContent content, @Nullable String message, Plan plan, Revision.@Nullable Base previous,
            @Nullable PackageIdent replaces) {
        RevisionBody body = new RevisionBody(content.format(), content.layer(), content.layerHash(),
                FileBody.of(content.files()), message, (base != null) ? base.number() : 0,
                (base != null) ? base.hash().bytes() : null, RolloutFacts.PlanBody.of(plan),
                (previous != null) ? previous.number() : 0, (previous != null) ? previous.hash().bytes() : null,
                SecretPaths.of(content.secrets()), content.release().map(PackageIdent::toString).orElse(null),
                (replaces != null) ? replaces.toString() : null);
        return Fact.create(config(group), number, micros, author, Retention.HISTORY, write(body), null);
    }

    /**
     * @throws IllegalArgumentException when the fact is no revision of a form that is
     * known
     */
    static Revision revision(Fact fact) {
        RevisionBody body = read(fact, RevisionBody.class);
        return revision(fact, body, content(body));
    }

    private static Revision revision(Fact fact, RevisionBody body, GroupContent content) {
        if (body.message != null && body.message.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("A message has at most " + LONGEST_TEXT + " characters");
        }
        Optional<Revision.Base> base = Optional.ofNullable(body.baseHash)
            .map((hash) -> new Revision.Base(body.baseNumber, Hash.wrap(hash)));
        Optional<Revision.Base> previous = Optional.ofNullable(body.previousHash)
            .map((hash) -> new Revision.Base(body.previousNumber, Hash.wrap(hash)));
        GroupName group = GroupName.parse(fact.key().subject());
        return new Revision(group, fact.version(), base, content.hash(), content.layerHash(), content.files(),
                content.envelope(), Optional.ofNullable(body.message), content.layer().length,
                Optional.ofNullable(body.plan).map(RolloutFacts.PlanBody::plan), previous, content.secrets(),
                content.release(), replaced(body, content));
    }

    private static Optional<PackageIdent> replaced(RevisionBody body, GroupContent content) {
        if (body.replaces != null && content.release().isEmpty()) {
            throw new IllegalArgumentException("A revision replaces " + body.replaces + " by nothing");
        }
        return Optional.ofNullable(body.replaces).map(PackageIdent::parseRelease);
    }

    private static GroupContent content(RevisionBody body) {
        if (body.content == null || body.layerHash == null || body.format == null) {
            throw new IllegalArgumentException("A revision lacks its content, or the format of that");
        }
        return GroupContent.of(body.format, body.content, body.layerHash, SecretPaths.read(body.secrets),
                FileBody.files(body.files), body.release);
    }

    /** What a revision says, or the word that one is complete. */
    static GroupContent content(Fact fact) {
        return fact.key().kind().equals(RolloutFacts.COMPLETE) ? RolloutFacts.content(fact)
                : content(read(fact, RevisionBody.class));
    }

    static Fact roster(GroupName group, MemberId member, long incarnation, long sequence, Roster body, Signer signer) {
        return Fact.create(roster(group, member), incarnation, sequence, "", Retention.DURABLE, write(body), signer);
    }

    static Roster roster(Fact fact) {
        return read(fact, Roster.class);
    }

    static Fact state(GroupName group, MemberId member, long incarnation, long sequence, MemberState body,
            Signer signer) {
        return Fact.create(state(group, member), incarnation, sequence, "", Retention.TRANSIENT, write(body), signer);
    }

    static MemberState state(Fact fact) {
        return read(fact, MemberState.class);
    }

    static byte[] write(Object body) {
        return CBOR.writeValueAsBytes(body);
    }

    static <T> T read(Fact fact, Class<T> type) {
        try {
            T body = CBOR.readValue(fact.body(), type);
            if (body == null) {
                throw new IllegalArgumentException("The fact " + fact + " says nothing");
            }
            return body;
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException("The fact " + fact + " cannot be read: " + ex.getOriginalMessage(), ex);
        }
    }

    /**
     * A revision as it is encoded; what a later release adds to it is kept with the
     * fact's bytes.
     */
    private record RevisionBody(@Nullable String format, byte @Nullable [] content, @Nullable String layerHash,
            @Nullable List<FileBody> files, @Nullable String message, long baseNumber, byte @Nullable [] baseHash,
            RolloutFacts.@Nullable PlanBody plan, long previousNumber, byte @Nullable [] previousHash,
            @Nullable List<List<String>> secrets, @Nullable String release, @Nullable String replaces) {
    }

    /**
     * Whether a member belongs to a group, also while it is away.
     *
     * @param name what people call the member
     * @param ident the package it runs the service from
     * @param loaded false when it has withdrawn
     */
    record Roster(String name, String ident, boolean loaded) {
    }

}
