package dev.muster.gateway;

import java.io.IOException;

import dev.muster.gateway.FileControl.Stored;
import dev.muster.store.ContentTooLargeException;
import dev.muster.store.StorageFullException;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes contents of files before a change names them. A content goes to the disk as it
 * comes, so its size does not matter to the heap.
 */
@Component
@RestController
@RequestMapping("/v1/contents")
final class ContentController {

    private static final Logger log = LoggerFactory.getLogger(ContentController.class);

    private final FileControl control;

    private final BroughtContents brought;

    ContentController(FileControl control, BroughtContents brought) {
        this.control = control;
        this.brought = brought;
    }

    @PutMapping(consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    ContentAnswer content(HttpServletRequest request) {
        Stored stored = receive(request, "The content");
        this.brought.note(Caller.of(request), stored.hash());
        return new ContentAnswer(stored.hash().hex(), stored.size());
    }

    /**
     * @param what is taken, for people
     * @throws ProblemException when it is too large, or could not be written
     */
    Stored receive(HttpServletRequest request, String what) {
        try {
            return this.control.receive(request.getInputStream());
        }
        catch (ContentTooLargeException ex) {
            throw new ProblemException(ProblemType.TOO_LARGE, ex.getMessage() + "; nothing was kept")
                .with("limit", ex.limit())
                .with("size", ex.size());
        }
        catch (IOException ex) {
            log.warn("A content was not taken: path={} reason={}", request.getRequestURI(), ex.toString());
            throw new ProblemException(
                    (ex instanceof StorageFullException) ? ProblemType.STORAGE_FULL : ProblemType.INTERNAL,
                    what + " was not taken, and nothing was kept: " + ex.getMessage());
        }
    }

    /**
     * A content that is on this node's disk. It goes after an hour unless a change names
     * it.
     *
     * @param hash SHA-256 in hexadecimal digits
     * @param size in bytes
     */
    record ContentAnswer(String hash, int size) {
    }

}
