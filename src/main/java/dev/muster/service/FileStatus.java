package dev.muster.service;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a service is with the files of its group.
 *
 * @param inPlace by name, id of the revision that the service has
 * @param problem why some file is not in its place, or what the {@code file-updated} hook
 * ended with; empty when there is nothing to say
 * @param telling whether that hook runs
 */
public record FileStatus(SortedMap<String, String> inPlace, String problem, boolean telling) {

    static final FileStatus NONE = new FileStatus(Collections.emptySortedMap(), "", false);

    public FileStatus {
        inPlace = Collections.unmodifiableSortedMap(new TreeMap<>(inPlace));
    }

}
