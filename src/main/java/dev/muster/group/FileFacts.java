package dev.muster.group;

import java.util.Optional;

import dev.muster.content.FileName;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Hash;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/** The facts about files of groups, and what makes one of them admissible. */
final class FileFacts {

    static final String FILE = "file";

    /** What a removed file has in place of content. */
    static final String REMOVED = "removed";

    static final int LONGEST_MESSAGE = 1_024;

    private static final String FORMAT = "file";

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    private FileFacts() {
    }

    static FactKey key(GroupName group, FileName name) {
        return new FactKey(FILE, group.toString(), name.text());
    }

    /**
     * @throws IllegalArgumentException when no correct member would say it, a name that
     * leads out of its directory included
     */
    static boolean admits(Fact fact) {
        return fact.retention() == Retention.HISTORY && GroupFacts.leavesRoom(fact.version())
                && revision(fact).revision().size() <= FileContent.MAX_SIZE;
    }

    static Fact create(FileRequest request, Door.Accept accepted, Revision.@Nullable Base base) {
        FileContent content = request.content().orElse(null);
        Body body = new Body((content != null) ? content.hash().bytes() : null, (content != null) ? content.size() : 0,
                (content != null) ? content.mode() : 0, (content != null) ? content.owner().orElse(null) : null,
                request.message(), (base != null) ? base.number() : 0, (base != null) ? base.hash().bytes() : null);
        return Fact.create(key(request.group(), request.name()), accepted.number(), accepted.micros(), request.author(),
                Retention.HISTORY, CBOR.writeValueAsBytes(body), null);
    }

    /**
     * @throws IllegalArgumentException when the fact is no revision of a file
     */
    static FileRevision revision(Fact fact) {
        Body body = body(fact);
        if (body.message != null && body.message.length() > LONGEST_MESSAGE) {
            throw new IllegalArgumentException("A message has at most " + LONGEST_MESSAGE + " characters");
        }
        Optional<FileContent> content = Optional.ofNullable(body.content)
            .map((hash) -> new FileContent(Hash.wrap(hash), body.size, body.mode, Optional.ofNullable(body.owner)));
        Optional<Revision.Base> base = Optional.ofNullable(body.baseHash)
            .map((hash) -> new Revision.Base(body.baseNumber, Hash.wrap(hash)));
        Revision revision = new Revision(GroupName.parse(fact.key().subject()), fact.version(), base,
                content.map(FileContent::identity).orElse(REMOVED), FORMAT, Optional.ofNullable(body.message),
                content.map(FileContent::size).orElse(0), Optional.empty(), Optional.empty());
        return new FileRevision(new FileName(fact.key().detail()), revision, content);
    }

    private static Body body(Fact fact) {
        try {
            Body body = CBOR.readValue(fact.body(), Body.class);
            if (body == null) {
                throw new IllegalArgumentException("The fact " + fact + " says nothing");
            }
            return body;
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException("The fact " + fact + " cannot be read: " + ex.getOriginalMessage(), ex);
        }
    }

    /**
     * What is in a fact.
     *
     * @param content hash of the bytes; null when the file was removed
     */
    private record Body(byte @Nullable [] content, int size, int mode, @Nullable String owner, @Nullable String message,
            long baseNumber, byte @Nullable [] baseHash) {
    }

}
