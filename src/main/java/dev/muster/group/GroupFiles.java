package dev.muster.group;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.content.FileName;
import dev.muster.rumor.Hash;

/**
 * The files that a revision of a group has, without their bytes.
 *
 * @param byName at most {@value #MAX_FILES}
 */
public record GroupFiles(SortedMap<FileName, RevisionFile> byName) {

    /** So many files of one group can be there at once. */
    public static final int MAX_FILES = 256;

    /** No files. */
    public static final GroupFiles NONE = new GroupFiles(Collections.emptySortedMap());

    /**
     * @throws IllegalArgumentException when there are too many
     */
    public GroupFiles {
        if (byName.size() > MAX_FILES) {
            throw new IllegalArgumentException(
                    "A group has at most " + MAX_FILES + " files, this one has " + byName.size());
        }
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    /**
     * @throws IllegalArgumentException when there are too many, or two of one name
     */
    static GroupFiles of(Collection<RevisionFile> files) {
        SortedMap<FileName, RevisionFile> byName = new TreeMap<>();
        for (RevisionFile file : files) {
            if (byName.put(file.name(), file) != null) {
                throw new IllegalArgumentException("A group has one file " + file.name() + ", not two");
            }
        }
        return byName.isEmpty() ? NONE : new GroupFiles(byName);
    }

    /** In the order of their names. */
    public Collection<RevisionFile> all() {
        return this.byName.values();
    }

    public boolean isEmpty() {
        return this.byName.isEmpty();
    }

    public Optional<RevisionFile> find(FileName name) {
        return Optional.ofNullable(this.byName.get(name));
    }

    /**
     * Equal for states of a group that make members the same, whatever the numbers of
     * their files.
     * @param layerHash of the applied layer
     */
    String contentHash(String layerHash) {
        if (isEmpty()) {
            return layerHash;
        }
        MessageDigest digest = Hash.digest();
        digest.update(layerHash.getBytes(StandardCharsets.UTF_8));
        for (RevisionFile file : all()) {
            // No name has a line end in it.
            digest.update(("\n" + file.name() + "\n" + file.content().identity()).getBytes(StandardCharsets.UTF_8));
        }
        return Hash.wrap(digest.digest()).hex();
    }

    /** What tells these from the ones before, in the order of the names. */
    public List<Changed> changesSince(GroupFiles before) {
        SortedSet<FileName> names = new TreeSet<>(before.byName.keySet());
        names.addAll(this.byName.keySet());
        List<Changed> changes = new ArrayList<>();
        for (FileName name : names) {
            Optional<RevisionFile> left = before.find(name);
            Optional<RevisionFile> right = find(name);
            boolean same = left.map(RevisionFile::number).equals(right.map(RevisionFile::number))
                    && left.map(RevisionFile::content).equals(right.map(RevisionFile::content));
            if (!same) {
                changes.add(new Changed(name, left, right));
            }
        }
        return changes;
    }

    /**
     * A file that differs.
     *
     * @param before empty for one that is new
     * @param after empty for one that is gone
     */
    public record Changed(FileName name, Optional<RevisionFile> before, Optional<RevisionFile> after) {
    }

}
