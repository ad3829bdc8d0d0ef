package dev.muster.group;

import java.util.List;
import java.util.Optional;

import dev.muster.content.FileName;
import dev.muster.key.Envelope;
import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.rumor.Hash;
import org.jspecify.annotations.Nullable;

/**
 * A file as facts have it.
 *
 * @param sender of what is encrypted, as {@code recipient}; null where it is not
 */
record FileBody(@Nullable String name, long number, byte @Nullable [] hash, int size, int mode, @Nullable String owner,
        @Nullable String author, long micros, @Nullable String sender, @Nullable String recipient) {

    static @Nullable List<FileBody> of(GroupFiles files) {
        return files.isEmpty() ? null
                : files.all()
                    .stream()
                    .map((file) -> new FileBody(file.name().text(), file.number(), file.content().hash().bytes(),
                            file.content().size(), file.content().mode(), file.content().owner().orElse(null),
                            file.author(), file.micros(), name(file.content().envelope().map(Envelope::sender)),
                            name(file.content().envelope().map(Envelope::recipient))))
                    .toList();
    }

    private static @Nullable String name(Optional<NamedRevision> key) {
        return key.map(NamedRevision::toString).orElse(null);
    }

    /**
     * @throws IllegalArgumentException when no correct member would say that, a name that
     * leads out of its directory included
     */
    static GroupFiles files(@Nullable List<FileBody> bodies) {
        return (bodies == null) ? GroupFiles.NONE : GroupFiles.of(bodies.stream().map(FileBody::file).toList());
    }

    private RevisionFile file() {
        if (this.name == null || this.hash == null || this.author == null) {
            throw new IllegalArgumentException("A file of a revision lacks its name, hash or author");
        }
        return new RevisionFile(new FileName(this.name), this.number, new FileContent(Hash.wrap(this.hash), this.size,
                this.mode, Optional.ofNullable(this.owner), envelope()), this.author, this.micros);
    }

    private Optional<Envelope> envelope() {
        if (this.sender == null || this.recipient == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Envelope(NamedRevision.parse(this.sender), NamedRevision.parse(this.recipient)));
        }
        catch (InvalidKeyException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

}
