package dev.muster.gateway;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.content.FileName;
import dev.muster.content.InvalidFileNameException;
import dev.muster.group.FileChanges;
import dev.muster.group.FileContent;
import dev.muster.group.GroupName;
import dev.muster.group.Revision;
import dev.muster.key.UnreadableMessageException;
import dev.muster.rumor.Hash;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** What requests say of files, beside their bytes. */
final class FileParameters {

    /** A name may have colons in it; nothing behind it does. */
    private static final Pattern FILE = Pattern
        .compile("(?<name>.+):(?<hash>[0-9a-f]{64})(:(?<mode>[0-7]{1,4})(:(?<owner>[^:]+))?)?", Pattern.DOTALL);

    private static final Pattern MODE = Pattern.compile("0?[0-7]{1,3}");

    private FileParameters() {
    }

    /**
     * The files that a configuration comes with: {@code file=NAME:HASH[:MODE[:OWNER]]},
     * {@code encrypted-file} of the same form, {@code remove-file=NAME}, each as often as
     * wanted.
     * @param control knows which contents are here
     * @param brought knows who may name them
     * @throws ProblemException when one is none, or its content is not here, or not for
     * who asks; the last two sound alike, for whoever guesses
     */
    static FileChanges changes(HttpServletRequest request, GroupName group, FileControl control,
            BroughtContents brought) throws IOException {
        Map<FileName, FileChanges.Change> changes = new TreeMap<>();
        for (String kind : List.of("file", "encrypted-file")) {
            for (String text : values(request, kind)) {
                Matcher file = FILE.matcher(text);
                if (!file.matches()) {
                    throw bad(kind + " is NAME:HASH[:MODE[:OWNER]], with the hash of a content that was sent to"
                            + " /v1/contents, not '" + text + "'");
                }
                FileName name = name(file.group("name"));
                Hash hash = Hash.parse(file.group("hash"));
                OptionalInt size = brought.mayName(Caller.of(request), group, hash) ? control.size(hash)
                        : OptionalInt.empty();
                if (size.isEmpty()) {
                    throw new ProblemException(ProblemType.INVALID_CONFIG,
                            "The file " + name + " is to have the content " + hash.hex()
                                    + ", which this node has not got from you; send it first: PUT /v1/contents");
                }
                FileContent content = content(hash, size.getAsInt(), file.group("mode"), file.group("owner"));
                add(changes, name, Optional.of(kind.equals("file") ? content : encrypted(name, content, control)));
            }
        }
        for (String name : values(request, "remove-file")) {
            add(changes, name(name), Optional.empty());
        }
        return FileChanges.of(changes);
    }

    /**
     * The same, as one that is encrypted.
     * @throws ProblemException when it is not
     */
    static FileContent encrypted(FileName name, FileContent content, FileControl control) throws IOException {
        try {
            return new FileContent(content.hash(), content.size(), content.mode(), content.owner(),
                    Optional.of(control.envelope(content.hash())));
        }
        catch (UnreadableMessageException ex) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The file " + name + " is said to be encrypted: " + ex.getMessage() + ". Nothing was changed");
        }
    }

    private static String[] values(HttpServletRequest request, String name) {
        String[] values = request.getParameterValues(name);
        return (values != null) ? values : new String[0];
    }

    private static void add(Map<FileName, FileChanges.Change> changes, FileName name, Optional<FileContent> content) {
        if (changes.put(name, new FileChanges.Change(OptionalLong.empty(), content)) != null) {
            throw bad("The file " + name + " is named twice; what it is to be would be chance");
        }
    }

    static FileName name(String text) {
        try {
            return new FileName(text);
        }
        catch (InvalidFileNameException ex) {
            throw new ProblemException(ProblemType.INVALID_NAME, ex.getMessage());
        }
    }

    static OptionalLong number(@Nullable String text) {
        try {
            return (text != null) ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
        }
        catch (NumberFormatException ex) {
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    "The number '" + text + "' must be from 1 to " + Revision.MAX_NUMBER);
        }
    }

    /**
     * @throws ProblemException when no file can have that mode or owner
     */
    static FileContent content(Hash hash, int size, @Nullable String mode, @Nullable String owner) {
        if (mode != null && !MODE.matcher(mode).matches()) {
            throw bad("The mode of a file is from 0 to 777 in octal digits, as 640, not '" + mode + "'");
        }
        try {
            return new FileContent(hash, size, (mode != null) ? Integer.parseInt(mode, 8) : FileContent.USUAL_MODE,
                    Optional.ofNullable(owner));
        }
        catch (IllegalArgumentException ex) {
            throw bad(String.valueOf(ex.getMessage()));
        }
    }

    private static ProblemException bad(String detail) {
        return new ProblemException(ProblemType.BAD_REQUEST, detail);
    }

}
