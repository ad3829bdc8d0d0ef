package dev.muster.rumor;

/** A member that was asked something has not answered it; the message says why. */
public final class InquiryFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient MemberId member;

    private final String topic;

    private final Reason reason;

    InquiryFailedException(MemberId member, String topic, Reason reason, String what) {
        super(what);
        this.member = member;
        this.topic = topic;
        this.reason = reason;
    }

    /** Who was asked. */
    public MemberId member() {
        return this.member;
    }

    public String topic() {
        return this.topic;
    }

    public Reason reason() {
        return this.reason;
    }

    /** Tells a caller whether to ask somebody else, or again. */
    public enum Reason {

        /** It is away, or left before it answered. */
        NOT_PRESENT,

        /** It does not know the topic; asking it again does not help. */
        UNKNOWN_TOPIC,

        /** It said no, with a text of its own. */
        REFUSED,

        /** Nothing came in time; whether it was asked is not known. */
        SILENT,

        /** The question never left this member. */
        NOT_SENT

    }

}
