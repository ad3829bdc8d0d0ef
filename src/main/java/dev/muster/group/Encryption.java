package dev.muster.group;

import java.util.Map;
import java.util.Optional;

import dev.muster.content.FileName;
import dev.muster.key.Envelope;

/**
 * What a group takes encrypted: everything, where it is one of an organization; nothing,
 * where it is not, for its members have no key. A layer without a byte says nothing that
 * could be: it is what packages come with.
 */
final class Encryption {

    private Encryption() {
    }

    /**
     * Why a group cannot have this; empty where it can.
     * @param layer empty where that of the current revision stays
     */
    static Optional<String> unfit(GroupName group, Optional<ApplyRequest.Layer> layer,
            Map<FileName, FileContent> files) {
        return layer.flatMap((known) -> unfit(group, known.text(), known.envelope()))
            .or(() -> files.entrySet()
                .stream()
                .flatMap((file) -> unfit(group, file.getKey(), file.getValue()).stream())
                .findFirst());
    }

    static Optional<String> unfit(GroupName group, GroupContent content) {
        return unfit(group, content.layer(), content.envelope()).or(() -> content.files()
            .all()
            .stream()
            .flatMap((file) -> unfit(group, file.name(), file.content()).stream())
            .findFirst());
    }

    private static Optional<String> unfit(GroupName group, byte[] layer, Optional<Envelope> envelope) {
        return (layer.length == 0) ? Optional.empty()
                : unfit(group, "The configuration", envelope, "muster config apply " + group + " FILE -u USER");
    }

    private static Optional<String> unfit(GroupName group, FileName name, FileContent content) {
        return unfit(group, "The file " + name, content.envelope(),
                "muster file upload " + group + " " + name + " -u USER");
    }

    /**
     * @param what it is, for people
     * @param command that would do
     */
    private static Optional<String> unfit(GroupName group, String what, Optional<Envelope> envelope, String command) {
        if (group.organization() == null) {
            return envelope.map((known) -> what + " is " + known.text() + ", and " + group
                    + " is no group of an organisation, so that its members have no key: apply it without -u, or to"
                    + " the group of nodes that were started with --org");
        }
        if (envelope.isEmpty()) {
            return Optional.of(what + " is not encrypted, and " + group
                    + ", a group of an organisation, takes only what is encrypted for it: " + command
                    + "; muster user key generate USER makes the key of a user");
        }
        String recipient = envelope.get().recipient().name();
        return recipient.equals(group.toString()) ? Optional.empty() : Optional
            .of(what + " is encrypted for " + recipient + ", which " + group + " cannot read: " + command);
    }

}
