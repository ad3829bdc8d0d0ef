package dev.muster.gateway;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;

import dev.muster.content.FileName;
import dev.muster.content.InvalidFileNameException;
import dev.muster.content.NoSecondCopyException;
import dev.muster.group.AppliedFile;
import dev.muster.group.FileContent;
import dev.muster.group.FileRequest;
import dev.muster.group.FileRevision;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.group.UnknownFileException;
import dev.muster.store.ContentTooLargeException;
import dev.muster.store.StorageFullException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/**
 * Files of groups. A content goes to the disk as it comes, so its size does not matter to
 * the heap.
 */
@RestController
@RequestMapping("/v1/groups/{group}/files")
final class FileController {

    private static final Logger log = LoggerFactory.getLogger(FileController.class);

    private final GroupFiles files;

    private final FileControl control;

    private final ServiceGroupRegistry registry;

    FileController(GroupFiles files, FileControl control, ServiceGroupRegistry registry) {
        this.files = files;
        this.control = control;
        this.registry = registry;
    }

    /**
     * @param name only this one, also when it was removed
     */
    @GetMapping
    List<FileLine> files(@PathVariable String group, @RequestParam(required = false) @Nullable String name) {
        GroupName of = GroupName.parse(group);
        Optional<GroupSnapshot> members = this.registry.group(of);
        return this.files.files(of)
            .values()
            .stream()
            .filter((file) -> (name != null) ? file.name().text().equals(name) : file.content().isPresent())
            .map((file) -> FileLine.of(file, members))
            .toList();
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    ResponseEntity<FileAnswer> upload(@PathVariable String group, @PathVariable String name,
            @RequestParam(required = false) @Nullable String number,
            @RequestParam(required = false) @Nullable String mode,
            @RequestParam(required = false) @Nullable String owner,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) {
        GroupName of = GroupName.parse(group);
        FileName file = name(name);
        OptionalLong wanted = number(number);
        String author = Intake.author(request);
        String message = Intake.message(request);
        // Judged before anything is read: who is refused for one of these sends nothing.
        FileContent like = content(mode, owner);
        try {
            FileContent content = this.control.receive(request.getInputStream(), like.mode(), like.owner());
            return answer(new FileRequest(of, file, wanted, unquoted(ifMatch), Optional.of(content), author, message));
        }
        catch (ContentTooLargeException ex) {
            throw new ProblemException(ProblemType.TOO_LARGE, ex.getMessage() + "; nothing was kept")
                .with("limit", ex.limit())
                .with("size", ex.size());
        }
        catch (IOException ex) {
            log.warn("A file was not taken: group={} file={} reason={}", of, file, ex.toString());
            throw new ProblemException(
                    (ex instanceof StorageFullException) ? ProblemType.STORAGE_FULL : ProblemType.INTERNAL,
                    "The file " + file + " was not taken, and nothing was kept: " + ex.getMessage());
        }
    }

    @DeleteMapping("/{name}")
    ResponseEntity<FileAnswer> remove(@PathVariable String group, @PathVariable String name,
            @RequestParam(required = false) @Nullable String number,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) {
        return answer(new FileRequest(GroupName.parse(group), name(name), number(number), unquoted(ifMatch),
                Optional.empty(), Intake.author(request), Intake.message(request)));
    }

    private static FileName name(String text) {
        try {
            return new FileName(text);
        }
        catch (InvalidFileNameException ex) {
            throw new ProblemException(ProblemType.INVALID_NAME, ex.getMessage());
        }
    }

    private static OptionalLong number(@Nullable String text) {
        try {
            return (text != null) ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
        }
        catch (NumberFormatException ex) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The number '" + text + "' must be from 1 to " + Revision.MAX_NUMBER);
        }
    }

    private static @Nullable String unquoted(@Nullable String tag) {
        return (tag != null) ? Intake.unquoted(tag) : null;
    }

    private static FileContent content(@Nullable String mode, @Nullable String owner) {
        if (mode != null && !mode.matches("0?[0-7]{1,3}")) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The mode of a file is from 0 to 777 in octal digits, as 640, not '" + mode + "'");
        }
        try {
            return new FileContent(dev.muster.rumor.Hash.of(new byte[0]), 0,
                    (mode != null) ? Integer.parseInt(mode, 8) : FileContent.USUAL_MODE, Optional.ofNullable(owner));
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.BAD_REQUEST, ex.getMessage());
        }
    }

    private ResponseEntity<FileAnswer> answer(FileRequest request) {
        AppliedFile applied = applied(request);
        FileRevision revision = applied.revision();
        URI location = URI
            .create("/v1/groups/" + revision.group() + "/files/" + UriUtils.encode(revision.name().text(), "UTF-8"));
        boolean made = !applied.already() && revision.content().isPresent();
        return ResponseEntity.status(made ? HttpStatus.CREATED : HttpStatus.OK)
            .location(location)
            .eTag('"' + revision.id() + '"')
            .body(FileAnswer.of(applied, note(revision.group())));
    }

    private AppliedFile applied(FileRequest request) {
        try {
            return this.control.apply(request).join();
        }
        catch (CompletionException ex) {
            if (ex.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            if (ex.getCause() instanceof UnknownFileException unknown) {
                throw new ProblemException(ProblemType.NOT_FOUND, unknown.getMessage()).with("group",
                        request.group().toString());
            }
            if (ex.getCause() instanceof NoSecondCopyException alone) {
                throw new ProblemException(ProblemType.UNAVAILABLE, "The file " + request.name()
                        + " was not announced, for " + alone.getMessage() + "; try again, nothing was changed")
                    .with("group", request.group().toString());
            }
            throw ex;
        }
    }

    private @Nullable String note(GroupName group) {
        boolean anybody = this.registry.group(group).map((known) -> !known.members().isEmpty()).orElse(false);
        return anybody ? null : "nobody runs " + group + "; the file is kept for those who come";
    }

    private static String octal(int mode) {
        return "%04o".formatted(mode);
    }

    /**
     * What became of an upload, or of a removal.
     *
     * @param hash of the content; null when the file was removed
     * @param mode in octal digits
     * @param owner null for the service's user
     * @param applied {@code accepted} or {@code already}
     * @param copies how many members are known to have the revision on disk
     * @param oneCopyOnly whether another member was present and has not answered in time
     * @param overtakenBy id of a greater revision that another member holds
     * @param note what the asker should know besides
     */
    record FileAnswer(String id, String group, String name, long number, @Nullable String hash, int size,
            @Nullable String mode, @Nullable String owner, String author, Instant time, @Nullable String message,
            String applied, int copies, boolean oneCopyOnly, @Nullable String overtakenBy, @Nullable String note) {

        static FileAnswer of(AppliedFile applied, @Nullable String note) {
            FileRevision file = applied.revision();
            Revision revision = file.revision();
            Optional<FileContent> content = file.content();
            return new FileAnswer(file.id(), file.group().toString(), file.name().text(), revision.number(),
                    content.map((known) -> known.hash().hex()).orElse(null), revision.size(),
                    content.map((known) -> octal(known.mode())).orElse(null),
                    content.flatMap(FileContent::owner).orElse(null), revision.author(), revision.time(),
                    revision.message().orElse(null), applied.already() ? "already" : "accepted", applied.copies(),
                    applied.oneCopyOnly(), applied.overtakenBy(), note);
        }

    }

    /**
     * A file of a group.
     *
     * @param hash of the content; null when the file was removed
     * @param mode in octal digits
     * @param owner null for the service's user
     */
    record FileLine(String name, String id, long number, @Nullable String hash, int size, @Nullable String mode,
            @Nullable String owner, String author, Instant time, @Nullable String message, boolean removed,
            List<MemberLine> members) {

        static FileLine of(FileRevision file, Optional<GroupSnapshot> group) {
            Revision revision = file.revision();
            Optional<FileContent> content = file.content();
            List<MemberLine> members = group
                .map((known) -> known.members().values().stream().map((member) -> MemberLine.of(member, file)).toList())
                .orElse(List.of());
            return new FileLine(file.name().text(), file.id(), revision.number(),
                    content.map((known) -> known.hash().hex()).orElse(null), revision.size(),
                    content.map((known) -> octal(known.mode())).orElse(null),
                    content.flatMap(FileContent::owner).orElse(null), revision.author(), revision.time(),
                    revision.message().orElse(null), content.isEmpty(), members);
        }

    }

    /**
     * How far a member is with a file.
     *
     * @param state {@code in-place}, {@code telling} while its service is told of it,
     * {@code waiting} or {@code away}
     * @param problem what is wrong with the member's files, if anything is
     */
    record MemberLine(String id, String name, String state, @Nullable String problem) {

        static MemberLine of(GroupSnapshot.Member member, FileRevision file) {
            Optional<MemberState.Files> files = member.state().flatMap((state) -> Optional.ofNullable(state.files()));
            Optional<String> known = files.map((said) -> said.inPlace().get(file.name().text()));
            boolean inPlace = file.content().isPresent() ? known.equals(Optional.of(file.id()))
                    : known.isEmpty() && member.state().isPresent();
            boolean telling = files.map(MemberState.Files::telling).orElse(false);
            String state = !member.present() ? "away" : !inPlace ? "waiting" : telling ? "telling" : "in-place";
            return new MemberLine(member.id().hex(), member.name(), state,
                    files.map(MemberState.Files::problem).orElse(null));
        }

    }

}
