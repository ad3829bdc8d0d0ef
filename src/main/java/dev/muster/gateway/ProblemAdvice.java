package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

import dev.muster.archive.HookFailedException;
import dev.muster.archive.InvalidArchiveException;
import dev.muster.archive.NotInstalledException;
import dev.muster.archive.PackageConflictException;
import dev.muster.config.InvalidTomlException;
import dev.muster.group.InvalidNameException;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.key.TokenRefusedException;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import dev.muster.rollout.InvalidRolloutException;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.RootRefusedException;
import dev.muster.service.ServiceConflictException;
import dev.muster.service.UnknownServiceException;
import dev.muster.update.SourceFailedException;
import dev.muster.service.UnreadableLayerException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Turns the domain's refusals into problem documents (RFC 9457); every answer that is no
 * success is one.
 */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    /** A revision, with who made it, for people. */
    static String told(Revision revision) {
        String author = revision.author().isEmpty() ? "Muster itself" : revision.author();
        return revision.id() + " by " + author + " of " + revision.time();
    }

    static Map<String, Object> describe(Revision revision) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", revision.id());
        description.put("number", revision.number());
        description.put("author", revision.author());
        description.put("time", revision.time());
        EncryptedBy encrypted = EncryptedBy.of(revision.envelope());
        if (encrypted != null) {
            description.put("encrypted", encrypted);
        }
        return description;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException ex) {
        ProblemDetail document = ex.document();
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(AuditTrail.PROBLEM, ex.type().word(), RequestAttributes.SCOPE_REQUEST);
        }
        return ResponseEntity.status(document.getStatus())
            .contentType(MediaType.APPLICATION_PROBLEM_JSON)
            .body(document);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalidName(InvalidNameException ex) {
        ProblemException problem = new ProblemException(ProblemType.INVALID_NAME, ex.getMessage());
        ex.suggestion().ifPresent((suggestion) -> problem.with("suggestion", suggestion));
        return problem(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalidIdent(InvalidIdentException ex) {
        return problem(new ProblemException(ProblemType.INVALID_NAME, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalidToml(InvalidTomlException ex) {
        ProblemException problem = new ProblemException(ProblemType.INVALID_SYNTAX, ex.getMessage());
        problem.with("line", ex.line()).with("column", ex.column());
        ex.key().ifPresent((key) -> problem.with("key", key));
        return problem(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(RefusedException ex) {
        ProblemType type = switch (ex.reason()) {
            case CONFLICT -> ProblemType.CONFLICT;
            case NOT_FOUND -> ProblemType.NOT_FOUND;
            case REVISION_MISMATCH -> ProblemType.REVISION_MISMATCH;
            case NUMBER_OUT_OF_RANGE, ENCRYPTION -> ProblemType.INVALID_CONFIG;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case BUSY -> ProblemType.UNAVAILABLE;
            case STORAGE -> ProblemType.STORAGE_FULL;
        };
        ProblemException problem = new ProblemException(type, ex.getMessage());
        ex.current().ifPresent((current) -> {
            problem.with("group", current.group().toString());
            problem.with("current", describe(current));
        });
        return problem(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tokenRefused(TokenRefusedException ex) {
        return problem(new ProblemException(switch (ex.reason()) {
            case CONFLICT -> ProblemType.CONFLICT;
            case NOT_FOUND -> ProblemType.NOT_FOUND;
            case BUSY -> ProblemType.UNAVAILABLE;
            case STORAGE -> ProblemType.STORAGE_FULL;
        }, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalidRollout(InvalidRolloutException ex) {
        return problem(new ProblemException(ProblemType.BAD_REQUEST, ex.getMessage()).with("option", ex.option()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unknownService(UnknownServiceException ex) {
        return problem(new ProblemException(ProblemType.NOT_FOUND, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> malformedSpec(MalformedSpecException ex) {
        return problem(new ProblemException(ProblemType.INVALID_NAME, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> rootRefused(RootRefusedException ex) {
        return problem(new ProblemException(ProblemType.INVALID_CONFIG, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadableLayer(UnreadableLayerException ex) {
        return problem(new ProblemException(ProblemType.INVALID_CONFIG, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> restartRefused(RestartRefusedException ex) {
        return problem(new ProblemException(ProblemType.UNAVAILABLE, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> serviceConflict(ServiceConflictException ex) {
        return problem(new ProblemException(ProblemType.CONFLICT, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> noSuchPackage(PackageNotFoundException ex) {
        return problem(new ProblemException(ProblemType.NOT_FOUND, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> silentSource(SourceFailedException ex) {
        return problem(new ProblemException(ProblemType.UNAVAILABLE, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unusablePackage(UnusablePackageException ex) {
        return problem(new ProblemException(ProblemType.INVALID_CONFIG, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalidArchive(InvalidArchiveException ex) {
        return problem(new ProblemException(ex.tooLarge() ? ProblemType.TOO_LARGE : ProblemType.INVALID_CONFIG,
                ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> packageConflict(PackageConflictException ex) {
        return problem(new ProblemException(ProblemType.CONFLICT, ex.getMessage()).with("releases",
                ex.releases().stream().map(PackageIdent::toString).toList()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> notInstalled(NotInstalledException ex) {
        return problem(new ProblemException(ProblemType.NOT_FOUND, ex.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> hookFailed(HookFailedException ex) {
        return problem(
                new ProblemException(ProblemType.INTERNAL, ex.getMessage()).with("package", ex.ident().toString())
                    .with("code", ex.outcome().code())
                    .with("output", ex.outcome().output()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadableQuery(InvalidParameterException ex) {
        return problem(new ProblemException(ProblemType.BAD_REQUEST,
                "The query of the request cannot be read: write a percent sign as %25, other than before two"
                        + " hexadecimal digits, and no more parameters than are needed"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> later(CompletionException ex) throws Exception {
        Throwable cause = ex.getCause();
        if (cause instanceof RefusedException refused) {
            return refused(refused);
        }
        if (cause instanceof TokenRefusedException refused) {
            return tokenRefused(refused);
        }
        return anything((cause instanceof Exception exception) ? exception : ex);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> anything(Exception ex) {
        log.error("A request failed, which is a defect", ex);
        return problem(new ProblemException(ProblemType.INTERNAL,
                "The node failed at this: " + ex + "; its log has more, please report it"));
    }

    /** A body that is no JSON, or no object where one is wanted. */
    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemException problem = new ProblemException(ProblemType.BAD_REQUEST,
                "The body has to be a JSON object, and there is none");
        if (ex.getCause() instanceof JacksonException cause && cause.getLocation() != null
                && cause.getLocation().getLineNr() > 0) {
            int line = cause.getLocation().getLineNr();
            int column = Math.max(1, cause.getLocation().getColumnNr());
            String what = (cause instanceof DatabindException) ? "a JSON object is wanted here"
                    : "not JSON: " + cause.getOriginalMessage();
            problem = new ProblemException(ProblemType.BAD_REQUEST, "line " + line + ", column " + column + ": " + what)
                .with("line", line)
                .with("column", column);
        }
        return document(problem, headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException ex, HttpHeaders headers, HttpStatusCode status,
            WebRequest request) {
        return document(
                new ProblemException(ProblemType.BAD_REQUEST,
                        "The query says no " + ex.getParameterName() + ": add ?" + ex.getParameterName() + "=..."),
                headers);
    }

    /** Spring's own refusals, in our types. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception ex, @Nullable Object body,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemType type = switch (status.value()) {
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 413 -> ProblemType.TOO_LARGE;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            default -> status.is4xxClientError() ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL;
        };
        String detail = (body instanceof ProblemDetail known && known.getDetail() != null) ? known.getDetail()
                : String.valueOf(ex.getMessage());
        return document(new ProblemException(type, detail), headers);
    }

    private static ResponseEntity<Object> document(ProblemException problem, HttpHeaders headers) {
        ProblemDetail document = problem.document();
        return ResponseEntity.status(document.getStatus())
            .headers(headers)
            .contentType(MediaType.APPLICATION_PROBLEM_JSON)
            .body(document);
    }

}
