package dev.muster.service;

import java.util.Optional;

import dev.muster.content.FileName;

/**
 * A file that every member of a group is to have.
 *
 * @param revision id of the revision that says so
 * @param hash of its content, in hexadecimal digits
 * @param mode permissions, 0 to 0777
 * @param owner a user of this machine; the service's where it is empty
 * @param here whether the content is on this machine
 */
public record GroupFile(FileName name, String revision, String hash, int mode, Optional<String> owner, boolean here) {
}
