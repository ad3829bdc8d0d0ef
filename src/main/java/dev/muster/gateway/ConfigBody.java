package dev.muster.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.config.Content;
import dev.muster.config.TextPlace;
import dev.muster.config.Toml;
import dev.muster.group.Revision;
import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.key.UnreadableMessageException;
import dev.muster.rumor.Hash;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * An applied layer as it came over the wire, seen to be one.
 *
 * @param layer its text: TOML, or an encrypted message; what came as JSON has been
 * written anew
 * @param tree what it says; nothing, where that is encrypted
 * @param contentHash equal for layers that say the same; of the cipher text, where it is
 * encrypted
 * @param places where its values stand in what somebody wrote
 * @param envelope whose keys open it; empty where it is TOML
 */
record ConfigBody(byte[] layer, Map<String, Object> tree, String contentHash, Places places,
        Optional<Envelope> envelope) {

    /** Of what was made here: its lines say nothing to anybody. */
    static final Places NOWHERE = (path) -> Optional.empty();

    private static final MediaType TOML = new MediaType("application", "toml");

    private static final MediaType BOX = new MediaType("application", "vnd.muster.box");

    /**
     * Reads a request's body.
     * @throws ProblemException when it is too large, of another type, or not UTF-8
     * @throws dev.muster.config.InvalidTomlException with line and column
     */
    static ConfigBody read(HttpServletRequest request) throws IOException {
        MediaType type = type(request.getContentType());
        byte[] bytes;
        try (InputStream in = request.getInputStream()) {
            bytes = in.readNBytes(Revision.MAX_CONTENT + 1);
        }
        long size = Math.max(bytes.length, request.getContentLengthLong());
        if (size > Revision.MAX_CONTENT) {
            throw tooLarge(size);
        }
        String text = text(bytes);
        if (type.isCompatibleWith(BOX)) {
            return ofBox(text);
        }
        if (BoxMessage.isMeantBy(text)) {
            throw new ProblemException(ProblemType.INVALID_SYNTAX,
                    "The configuration is an encrypted message: send it as " + BOX + ", not as " + type);
        }
        return type.isCompatibleWith(TOML) ? ofToml(text, (path) -> Optional.of(Toml.place(text, path)))
                : of(Toml.parseJson(text), (path) -> Optional.of(Toml.placeInJson(text, path)));
    }

    /**
     * A layer that is encrypted; nobody looks into it.
     * @throws ProblemException when it is no encrypted message
     */
    private static ConfigBody ofBox(String text) {
        try {
            // As people may have it in a file, with an end to its last line.
            BoxMessage message = BoxMessage.parse(text);
            byte[] bytes = message.text().getBytes(StandardCharsets.UTF_8);
            return new ConfigBody(bytes, Map.of(), Hash.of(bytes).hex(), NOWHERE, Optional.of(message.envelope()));
        }
        catch (UnreadableMessageException ex) {
            throw new ProblemException(ProblemType.INVALID_SYNTAX, ex.getMessage());
        }
    }

    /** A layer that was taken before; nobody has written it now. */
    static ConfigBody kept(Revision revision, String text) {
        return revision.envelope().isPresent() ? ofBox(text) : ofToml(text, NOWHERE);
    }

    private static ConfigBody ofToml(String text, Places places) {
        Map<String, Object> tree = Toml.parse(text);
        return new ConfigBody(text.getBytes(StandardCharsets.UTF_8), tree, Content.hash(tree), places,
                Optional.empty());
    }

    /**
     * A layer that was made here.
     * @throws ProblemException when it is too large
     */
    static ConfigBody of(Map<String, Object> tree) {
        return of(tree, NOWHERE);
    }

    private static ConfigBody of(Map<String, Object> tree, Places places) {
        byte[] toml = Toml.write(tree).getBytes(StandardCharsets.UTF_8);
        if (toml.length > Revision.MAX_CONTENT) {
            throw tooLarge(toml.length);
        }
        return new ConfigBody(toml, tree, Content.hash(tree), places, Optional.empty());
    }

    private static ProblemException tooLarge(long size) {
        return new ProblemException(ProblemType.TOO_LARGE, "The configuration has " + size + " bytes; the most is "
                + Revision.MAX_CONTENT + ", larger things belong into files")
            .with("limit", Revision.MAX_CONTENT)
            .with("size", size);
    }

    private static MediaType type(@Nullable String contentType) {
        if (contentType != null) {
            try {
                MediaType type = MediaType.parseMediaType(contentType);
                if (Stream.of(MediaType.APPLICATION_JSON, TOML, BOX).anyMatch(type::isCompatibleWith)) {
                    return type;
                }
            }
            catch (InvalidMediaTypeException ex) {
                throw unsupported(contentType);
            }
        }
        throw unsupported(contentType);
    }

    private static ProblemException unsupported(@Nullable String contentType) {
        return new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "A configuration is application/toml, application/json or " + BOX + ", not "
                        + ((contentType != null) ? contentType : "without a Content-Type"));
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        }
        catch (CharacterCodingException ex) {
            throw new ProblemException(ProblemType.INVALID_SYNTAX,
                    "The configuration is not UTF-8 text: " + ex.getMessage());
        }
    }

    /** Where values stand in a text. */
    @FunctionalInterface
    interface Places {

        /** Where the value at this path stands, or what is nearest around it. */
        Optional<TextPlace> of(List<String> path);

    }

}
