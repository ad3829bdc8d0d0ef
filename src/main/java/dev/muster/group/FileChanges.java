package dev.muster.group;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.content.FileName;

/**
 * What a change does to the files of a group.
 *
 * @param instead all that there are to be; empty where those of the current revision stay
 * @param changes of single files, by name
 */
public record FileChanges(Optional<GroupFiles> instead, SortedMap<FileName, Change> changes) {

    /** All files stay as they are. */
    public static final FileChanges NONE = of(Map.of());

    public FileChanges {
        changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
    }

    /** Single files change, the others stay. */
    public static FileChanges of(Map<FileName, Change> changes) {
        return new FileChanges(Optional.empty(), new TreeMap<>(changes));
    }

    /** From now on the files are those of another revision. */
    public static FileChanges whole(GroupFiles files) {
        return new FileChanges(Optional.of(files), Collections.emptySortedMap());
    }

    public boolean isEmpty() {
        return this.instead.isEmpty() && this.changes.isEmpty();
    }

    /** The contents that it names, by file. */
    public Map<FileName, FileContent> contents() {
        Map<FileName, FileContent> contents = new TreeMap<>();
        this.instead.map(GroupFiles::all)
            .stream()
            .flatMap(Collection::stream)
            .forEach((file) -> contents.put(file.name(), file.content()));
        this.changes.forEach((name, change) -> change.content().ifPresent((content) -> contents.put(name, content)));
        return contents;
    }

    /**
     * Of one file.
     *
     * @param number what the file's own is to be, if that matters
     * @param content empty for a file that is to be gone
     */
    public record Change(OptionalLong number, Optional<FileContent> content) {
    }

}
