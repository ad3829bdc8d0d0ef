package dev.muster.gateway;

import java.util.List;
import java.util.Optional;

import dev.muster.group.FileContent;
import dev.muster.group.GroupFiles;
import dev.muster.group.RevisionFile;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to one file of a group.
 *
 * @param change {@code added}, {@code removed} or {@code changed}
 * @param before number of the file before; null for one that is new
 * @param after number of the file after; null for one that is gone
 * @param hash of the content after; null for one that is gone
 * @param mode in octal digits
 * @param owner null for the service's user
 * @param encrypted null for one that everybody may see, or that is gone
 */
record FileChangeLine(String name, String change, @Nullable Long before, @Nullable Long after, @Nullable String hash,
        @Nullable Integer size, @Nullable String mode, @Nullable String owner, @Nullable EncryptedBy encrypted) {

    static List<FileChangeLine> of(List<GroupFiles.Changed> changes) {
        return changes.stream().map(FileChangeLine::of).toList();
    }

    private static FileChangeLine of(GroupFiles.Changed file) {
        Optional<FileContent> content = file.after().map(RevisionFile::content);
        String change = file.before().isEmpty() ? "added" : content.isEmpty() ? "removed" : "changed";
        return new FileChangeLine(file.name().text(), change, file.before().map(RevisionFile::number).orElse(null),
                file.after().map(RevisionFile::number).orElse(null),
                content.map((known) -> known.hash().hex()).orElse(null), content.map(FileContent::size).orElse(null),
                content.map((known) -> octal(known.mode())).orElse(null),
                content.flatMap(FileContent::owner).orElse(null),
                EncryptedBy.of(content.flatMap(FileContent::envelope)));
    }

    static String octal(int mode) {
        return "%04o".formatted(mode);
    }

}
