package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.muster.content.FileName;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the files of a group by a change. Each file's number passes the same
 * table as that of the group.
 */
final class FileDoor {

    private FileDoor() {
    }

    /**
     * @param formerly whether the group had a file of this name once
     * @param micros the time of the change
     * @return the files after it; the same where there is nothing to do
     * @throws RefusedException when one of the changes is not to be made
     */
    static GroupFiles decide(GroupName group, FileChanges asked, Optional<Revision> current,
            Predicate<FileName> formerly, String author, long micros) {
        GroupFiles before = current.map(Revision::files).orElse(GroupFiles.NONE);
        SortedMap<FileName, RevisionFile> files = new TreeMap<>(asked.instead().orElse(before).byName());
        asked.changes().forEach((name, change) -> {
            RevisionFile known = files.get(name);
            Optional<FileContent> content = change.content();
            if (known == null && content.isEmpty()) {
                if (!formerly.test(name)) {
                    throw new RefusedException(RefusedException.Reason.NOT_FOUND, "The group " + group + " has no file "
                            + name + "; muster file list " + group + " shows those it has", current.orElse(null));
                }
                return;
            }
            Optional<Long> number = number(name, change, known, current.orElse(null));
            if (number.isPresent() && content.isPresent()) {
                files.put(name, new RevisionFile(name, number.get(), content.get(), author, micros));
            }
            else if (number.isPresent()) {
                files.remove(name);
            }
        });
        if (files.size() > GroupFiles.MAX_FILES) {
            throw new RefusedException(RefusedException.Reason.TOO_LARGE,
                    "The group " + group + " would have " + files.size() + " files; the most is " + GroupFiles.MAX_FILES
                            + ": remove one with muster file rm, or put several into one",
                    current.orElse(null));
        }
        return files.equals(before.byName()) ? before : new GroupFiles(files);
    }

    /** Empty where there is nothing to do. */
    private static Optional<Long> number(FileName name, FileChanges.Change change, @Nullable RevisionFile known,
            @Nullable Revision current) {
        boolean same = known != null && change.content().equals(Optional.of(known.content()));
        Door.Numbering numbering = Door.number("file " + name + ": number", change.number(),
                (known != null) ? OptionalLong.of(known.number()) : OptionalLong.empty(), same);
        if (numbering.refusal() != null) {
            throw new RefusedException(numbering.refusal().reason(), numbering.refusal().message(), current);
        }
        return numbering.number().isPresent() ? Optional.of(numbering.number().getAsLong()) : Optional.empty();
    }

}
