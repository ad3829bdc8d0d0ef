package dev.muster.election;

import java.util.List;
import java.util.Optional;

import dev.muster.rumor.Admission;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.Fact.Verifier;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What a leader tells everybody: that it leads, and who votes. Both only announce; nobody
 * is elected by them. Signed by the leader that says it.
 */
public final class ElectionFacts implements Admission {

    /** Kind of the fact that somebody leads. */
    public static final String ELECTION = "election";

    /** Kind of the fact that says who votes. */
    public static final String VOTERS = "voters";

    private static final int LONGEST_ELECTION = 512;

    private static final int LONGEST_VOTERS = ElectionCodec.MAX_BYTES;

    /** A list's number stands behind its term. */
    private static final int NUMBER_BITS = 20;

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    private final Verifier verifier;

    /**
     * @param verifier checks what leaders say
     */
    public ElectionFacts(Verifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public boolean admits(Fact fact) {
        boolean election = fact.key().kind().equals(ELECTION);
        if (!election && !fact.key().kind().equals(VOTERS)) {
            return true;
        }
        try {
            boolean bounded = fact.encoded().length <= (election ? LONGEST_ELECTION : LONGEST_VOTERS);
            return bounded && fact.retention() == Retention.DURABLE && fact.key().detail().isEmpty()
                    && fact.signer().isPresent() && fact.verify(this.verifier)
                    && (election
                            ? leads(fact).rank() == fact.version().major()
                                    && leads(fact).member().equals(fact.signer().get())
                            : voters(fact).size() <= VoterList.MOST_VOTERS);
        }
        catch (IllegalArgumentException ex) {
            return false;
        }
    }

    /** Somebody leads a group. */
    public static Fact election(String group, Lineage lineage, long term, MemberId leader, Signer signer) {
        return Fact.create(new FactKey(ELECTION, group, ""), lineage.rank(), term, "", Retention.DURABLE,
                CBOR.writeValueAsBytes(new ElectionBody(lineage, leader.hex())), signer);
    }

    /** Who votes in a group. */
    public static Fact voters(String group, Lineage lineage, VoterList list, Signer signer) {
        List<String> members = list.voters().stream().map((voter) -> voter.member().hex()).toList();
        return Fact.create(new FactKey(VOTERS, group, ""), lineage.rank(), (list.term() << NUMBER_BITS) | list.number(),
                "", Retention.DURABLE, CBOR.writeValueAsBytes(new VotersBody(lineage, members)), signer);
    }

    /**
     * @throws IllegalArgumentException when the fact does not say so
     */
    public static Leads leads(Fact fact) {
        ElectionBody body = read(fact, ElectionBody.class);
        if (body.lineage == null || body.leader == null) {
            throw new IllegalArgumentException("The fact " + fact + " names no leader");
        }
        return new Leads(body.lineage, fact.version().minor(), new MemberId(body.leader));
    }

    /**
     * @throws IllegalArgumentException when the fact does not say so
     */
    public static List<MemberId> voters(Fact fact) {
        return Optional.ofNullable(read(fact, VotersBody.class).members)
            .orElseThrow(() -> new IllegalArgumentException("The fact " + fact + " names no voters"))
            .stream()
            .map(MemberId::new)
            .toList();
    }

    private static <T> T read(Fact fact, Class<T> type) {
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
     * Who leads, as it was said last.
     */
    public record Leads(Lineage lineage, long term, MemberId member) {

        long rank() {
            return this.lineage.rank();
        }

    }

    private record ElectionBody(@Nullable Lineage lineage, @Nullable String leader) {
    }

    private record VotersBody(@Nullable Lineage lineage, @Nullable List<String> members) {
    }

}
