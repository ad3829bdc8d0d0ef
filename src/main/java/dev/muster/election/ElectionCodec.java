package dev.muster.election;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The bytes of {@link ElectionMessage}s and {@link VoteRecord}s: one of format and kind,
 * one array of CBOR (RFC 8949). Nothing but our own record types is ever made from them.
 */
public final class ElectionCodec {

    /** The longest that is read: a list of as many voters as there may be. */
    public static final int MAX_BYTES = 32 * 1024;

    /** Terms leave room behind them, whatever somebody says. */
    private static final long LAST_TERM = 1L << 42;

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    /** What follows the first byte; their order is what travels. */
    private enum Kind {

        SEEK, KNOWN, RENEW, RENEWED, POLL, POLLED, BALLOT, VOTED, RESIGNED, RECORD

    }

    private ElectionCodec() {
    }

    public static byte[] encode(ElectionMessage message) {
        // Java 17 cannot switch over a sealed family.
        if (message instanceof ElectionMessage.Seek seek) {
            return bytes(Kind.SEEK, new SeekBody(seek.seat(), seek.minMembers(), seek.mayFound(),
                    seek.sees().stream().map(MemberId::hex).toList()));
        }
        if (message instanceof ElectionMessage.Known known) {
            return bytes(Kind.KNOWN, new Body(known.lineage()));
        }
        if (message instanceof ElectionMessage.Renew renew) {
            return bytes(Kind.RENEW,
                    new Body(renew.lineage()).term(renew.term()).number(renew.round()).list(renew.list()));
        }
        if (message instanceof ElectionMessage.Renewed renewed) {
            return bytes(Kind.RENEWED,
                    new Body(renewed.lineage()).term(renewed.term())
                        .number(renewed.round())
                        .yes(renewed.accepted())
                        .seat(renewed.seat())
                        .other(renewed.listTerm(), renewed.listNumber()));
        }
        if (message instanceof ElectionMessage.Poll poll) {
            return bytes(Kind.POLL, new Body(poll.lineage()).term(poll.term()).number(poll.number()).list(poll.list()));
        }
        if (message instanceof ElectionMessage.Polled polled) {
            return bytes(Kind.POLLED,
                    new Body(polled.lineage()).term(polled.term())
                        .number(polled.number())
                        .yes(polled.yes())
                        .seat(polled.seat())
                        .other(polled.suitability(), polled.eligible() ? 1 : 0)
                        .list(polled.newer()));
        }
        if (message instanceof ElectionMessage.Ballot ballot) {
            return bytes(Kind.BALLOT, new Body(ballot.lineage()).term(ballot.term()).list(ballot.list()));
        }
        if (message instanceof ElectionMessage.Voted voted) {
            return bytes(Kind.VOTED,
                    new Body(voted.lineage()).term(voted.term())
                        .yes(voted.yes())
                        .seat(voted.seat())
                        .other(voted.ownTerm(), 0));
        }
        if (message instanceof ElectionMessage.Resigned resigned) {
            return bytes(Kind.RESIGNED, new Body(resigned.lineage()).term(resigned.term()));
        }
        throw new IllegalStateException("No bytes are known for " + message.getClass().getName());
    }

    /**
     * @throws IllegalArgumentException when these bytes are no message of a kind that is
     * known
     */
    public static ElectionMessage decode(byte[] bytes) {
        Kind kind = kind(bytes);
        if (kind == Kind.SEEK) {
            SeekBody seek = body(bytes, SeekBody.class);
            return new ElectionMessage.Seek(seek.seat, seek.minMembers, seek.mayFound,
                    given(seek.sees).stream().map(MemberId::new).toList());
        }
        Body body = body(bytes, Body.class);
        Lineage lineage = given(body.lineage);
        long term = term(body.term);
        return switch (kind) {
            case KNOWN -> new ElectionMessage.Known(lineage);
            case RENEW -> new ElectionMessage.Renew(lineage, term, body.number, list(given(body.list)));
            case RENEWED ->
                new ElectionMessage.Renewed(lineage, term, body.number, body.yes, body.seat, body.first, body.second);
            case POLL -> new ElectionMessage.Poll(lineage, term, body.number, list(given(body.list)));
            case POLLED -> new ElectionMessage.Polled(lineage, body.number, body.yes, body.seat, term, body.first,
                    body.second == 1, (body.list != null) ? list(body.list) : null);
            case BALLOT -> new ElectionMessage.Ballot(lineage, term, list(given(body.list)));
            case VOTED -> new ElectionMessage.Voted(lineage, term, body.yes, body.seat, term(body.first));
            case RESIGNED -> new ElectionMessage.Resigned(lineage, term);
            case SEEK, RECORD -> throw new IllegalArgumentException("A " + kind + " is no message of this form");
        };
    }

    /** As it is kept on disk; who keeps it adds what tells damage. */
    public static byte[] encode(VoteRecord record) {
        Body body = new Body(record.lineage()).term(record.term()).seat(record.seat()).list(record.list());
        MemberId votedFor = record.votedFor();
        return bytes(Kind.RECORD, (votedFor != null) ? body.member(votedFor.hex()) : body);
    }

    /**
     * @throws IllegalArgumentException when these bytes are no record
     */
    public static VoteRecord decodeRecord(byte[] bytes) {
        if (kind(bytes) != Kind.RECORD) {
            throw new IllegalArgumentException("These bytes are a message, not a record of votes");
        }
        Body body = body(bytes, Body.class);
        return new VoteRecord(body.seat, body.lineage, (body.list != null) ? list(body.list) : null, term(body.term),
                (body.member != null) ? new MemberId(body.member) : null);
    }

    private static byte[] bytes(Kind kind, Object body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(kind.ordinal());
        bytes.writeBytes(CBOR.writeValueAsBytes(body));
        return bytes.toByteArray();
    }

    private static Kind kind(byte[] bytes) {
        if (bytes.length < 2 || bytes.length > MAX_BYTES || bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new IllegalArgumentException("A message of " + bytes.length + " bytes about an election is of no"
                    + " known kind; its sender may run a later release");
        }
        return Kind.values()[bytes[0]];
    }

    private static <T> T body(byte[] bytes, Class<T> type) {
        try {
            T body = CBOR.readValue(bytes, 1, bytes.length - 1, type);
            return given(body);
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException(
                    "A message of " + bytes.length + " bytes about an election cannot be read", ex);
        }
    }

    private static <T> T given(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("A message about an election lacks something");
        }
        return value;
    }

    private static long term(long term) {
        if (term < 0 || term > LAST_TERM) {
            throw new IllegalArgumentException("A term is from 0 to " + LAST_TERM + ", not " + term);
        }
        return term;
    }

    private static VoterList list(ListBody body) {
        List<Voter> voters = new ArrayList<>();
        given(body.voters).forEach((voter) -> voters.add(new Voter(new MemberId(given(voter.member)), voter.seat)));
        return new VoterList(term(body.term), body.number, voters);
    }

    private record SeekBody(long seat, int minMembers, boolean mayFound, @Nullable List<String> sees) {
    }

    private record ListBody(long term, long number, @Nullable List<VoterBody> voters) {
    }

    private record VoterBody(@Nullable String member, long seat) {
    }

    /** What all other messages are made of; each has some of it. */
    private record Body(@Nullable Lineage lineage, long term, long number, boolean yes, long seat, long first,
            long second, @Nullable ListBody list, @Nullable String member) {

        Body(@Nullable Lineage lineage) {
            this(lineage, 0, 0, false, 0, 0, 0, null, null);
        }

        Body term(long of) {
            return new Body(this.lineage, of, this.number, this.yes, this.seat, this.first, this.second, this.list,
                    this.member);
        }

        Body number(long of) {
            return new Body(this.lineage, this.term, of, this.yes, this.seat, this.first, this.second, this.list,
                    this.member);
        }

        Body yes(boolean of) {
            return new Body(this.lineage, this.term, this.number, of, this.seat, this.first, this.second, this.list,
                    this.member);
        }

        Body seat(long of) {
            return new Body(this.lineage, this.term, this.number, this.yes, of, this.first, this.second, this.list,
                    this.member);
        }

        Body other(long one, long two) {
            return new Body(this.lineage, this.term, this.number, this.yes, this.seat, one, two, this.list,
                    this.member);
        }

        Body list(@Nullable VoterList of) {
            ListBody body = (of != null) ? new ListBody(of.term(), of.number(),
                    of.voters().stream().map((voter) -> new VoterBody(voter.member().hex(), voter.seat())).toList())
                    : null;
            return new Body(this.lineage, this.term, this.number, this.yes, this.seat, this.first, this.second, body,
                    this.member);
        }

        Body member(String of) {
            return new Body(this.lineage, this.term, this.number, this.yes, this.seat, this.first, this.second,
                    this.list, of);
        }

    }

}
