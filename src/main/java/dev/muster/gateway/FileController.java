package dev.muster.gateway;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.content.FileName;
import dev.muster.gateway.FileControl.Stored;
import dev.muster.group.FileChanges;
import dev.muster.group.FileContent;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.group.RevisionFile;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.Hash;
import dev.muster.service.Rung;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
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

/**
 * Single files of groups. What is changed here is a revision of the group like any other:
 * its layer stays, and one of its files is another.
 */
@RestController
@RequestMapping("/v1/groups/{group}/files")
final class FileController {

    private final ServiceGroupRegistry registry;

    private final ContentController contents;

    private final FileControl control;

    private final Intake intake;

    FileController(ServiceGroupRegistry registry, ContentController contents, FileControl control, Intake intake) {
        this.registry = registry;
        this.contents = contents;
        this.control = control;
        this.intake = intake;
    }

    @GetMapping
    List<FileLine> files(@PathVariable String group) {
        return this.registry.group(GroupName.parse(group))
            .flatMap((known) -> known.current()
                .map((current) -> current.files()
                    .all()
                    .stream()
                    .map((file) -> FileLine.of(file, current, known))
                    .toList()))
            .orElse(List.of());
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    ResponseEntity<Object> upload(@PathVariable String group, @PathVariable String name,
            @RequestParam(required = false) @Nullable String number,
            @RequestParam(required = false) @Nullable String mode,
            @RequestParam(required = false) @Nullable String owner,
            @RequestParam(defaultValue = "false") boolean encrypted,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) throws IOException {
        GroupName of = GroupName.parse(group);
        FileName file = FileParameters.name(name);
        OptionalLong wanted = FileParameters.number(number);
        // Judged before anything is read: who is refused for one of these sends nothing.
        FileContent like = FileParameters.content(Hash.of(new byte[0]), 0, mode, owner);
        this.intake.requireReadable(request);
        if (!encrypted) {
            this.intake.requirePlainTaken(request, of, FileChanges.of(Map.of(file, change(wanted, like))));
        }
        Stored stored = this.contents.receive(request, "The file " + file);
        FileContent sent = new FileContent(stored.hash(), stored.size(), like.mode(), like.owner());
        FileContent content = encrypted ? FileParameters.encrypted(file, sent, this.control) : sent;
        return take(request, of, ifMatch, file, change(wanted, content));
    }

    private static FileChanges.Change change(OptionalLong number, FileContent content) {
        return new FileChanges.Change(number, Optional.of(content));
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Object> remove(@PathVariable String group, @PathVariable String name,
            @RequestParam(required = false) @Nullable String number,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request) {
        return take(request, GroupName.parse(group), ifMatch, FileParameters.name(name),
                new FileChanges.Change(FileParameters.number(number), Optional.empty()));
    }

    private ResponseEntity<Object> take(HttpServletRequest request, GroupName group, @Nullable String ifMatch,
            FileName file, FileChanges.Change change) {
        return this.intake.take(request, group, OptionalLong.empty(),
                (ifMatch != null) ? Intake.unquoted(ifMatch) : null, Optional.empty(),
                FileChanges.of(Map.of(file, change)));
    }

    /**
     * A file of a group.
     *
     * @param number of the file itself
     * @param hash of the content
     * @param mode in octal digits
     * @param owner null for the service's user
     * @param encrypted null for one that everybody may see
     * @param author who set it
     * @param revision of the group, which has it
     */
    record FileLine(String name, long number, String hash, int size, String mode, @Nullable String owner,
            @Nullable EncryptedBy encrypted, String author, Instant time, String revision, List<MemberLine> members) {

        static FileLine of(RevisionFile file, Revision revision, GroupSnapshot group) {
            FileContent content = file.content();
            return new FileLine(file.name().text(), file.number(), content.hash().hex(), content.size(),
                    FileChangeLine.octal(content.mode()), content.owner().orElse(null),
                    EncryptedBy.of(content.envelope()), file.author(), file.time(), revision.id(),
                    group.members().values().stream().map((member) -> MemberLine.of(member, file, group)).toList());
        }

    }

    /**
     * How far a member is with a file.
     *
     * @param state {@code in-place}, {@code waiting}, {@code failed} or {@code away}
     * @param number of the file that it has; null for none, or where that is not known
     * @param reason why it has not got the one that it is to have
     */
    record MemberLine(String id, String name, String state, @Nullable Long number, @Nullable String reason) {

        static MemberLine of(GroupSnapshot.Member member, RevisionFile file, GroupSnapshot group) {
            Optional<MemberState> said = member.state().filter((state) -> member.present());
            Optional<RevisionFile> has = said.map(MemberState::revision)
                .flatMap(group::find)
                .flatMap((taken) -> taken.files().find(file.name()));
            boolean same = has.filter((other) -> other.content().equals(file.content())).isPresent();
            Rung rung = said.map(MemberState::rung).orElse(Rung.WAITING);
            boolean failed = same && rung == Rung.FAILED;
            boolean placed = same && rung != Rung.RECEIVED && rung != Rung.WAITING && rung != Rung.STOPPED && !failed;
            String state = !member.present() ? "away" : placed ? "in-place" : failed ? "failed" : "waiting";
            return new MemberLine(member.id().hex(), member.name(), state, has.map(RevisionFile::number).orElse(null),
                    placed ? null : said.map((known) -> reason(known, failed)).orElse(null));
        }

        private static @Nullable String reason(MemberState said, boolean failed) {
            return (said.lack() != null && !failed) ? said.lack().text() : said.reason();
        }

    }

}
