package dev.muster.rumor;

/**
 * A question that a member does not want to answer, or cannot; the text is for who asked.
 */
public final class InquiryRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InquiryRefusedException(String message) {
        super(message);
    }

}
