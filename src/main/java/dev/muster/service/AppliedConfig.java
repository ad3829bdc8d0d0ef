package dev.muster.service;

import java.util.Map;

/**
 * The layer that {@code config apply} put over a group.
 *
 * @param revisionId as people see it, {@code 7-3f9a1c02}
 * @param contentHash of the layer; the same hash is never taken twice, whatever the
 * revision is called
 * @param layer the tree, never changed by anyone after this
 */
public record AppliedConfig(String revisionId, String contentHash, Map<String, Object> layer) {
}
