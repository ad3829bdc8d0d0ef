package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.http.ProblemDetail;

/** A request that is answered with a problem document; the message is for people. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;

    private final transient Map<String, Object> properties = new LinkedHashMap<>();

    ProblemException(ProblemType type, String message) {
        super(message);
        this.type = type;
    }

    ProblemException with(String property, Object value) {
        this.properties.put(property, value);
        return this;
    }

    ProblemType type() {
        return this.type;
    }

    ProblemDetail document() {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.type.status(), getMessage());
        problem.setType(this.type.uri());
        this.properties.forEach(problem::setProperty);
        return problem;
    }

}
