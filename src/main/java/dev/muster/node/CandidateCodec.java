package dev.muster.node;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.config.Finding;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.KeyPath;
import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.config.ValueType;
import dev.muster.content.FileName;
import dev.muster.content.InvalidFileNameException;
import dev.muster.content.Supply;
import dev.muster.group.GroupFiles;
import dev.muster.gateway.CandidateControl.Checked;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.InquiryRefusedException;
import dev.muster.service.AppliedRelease;
import dev.muster.service.FileDifference;
import dev.muster.service.GroupFile;
import dev.muster.service.GroupFileSet;
import dev.muster.service.Preview;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/** The bytes of what members ask each other about configurations (CBOR, RFC 8949). */
final class CandidateCodec {

    /** Below what an answer may have; what does not fit is left out, and said so. */
    private static final int MOST_CHARACTERS = 200_000;

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    private CandidateCodec() {
    }

    static byte[] write(Question question) {
        return CBOR.writeValueAsBytes(question);
    }

    /**
     * @throws InquiryRefusedException when it is none
     */
    static Question question(byte[] bytes) {
        try {
            return CBOR.readValue(bytes, Question.class);
        }
        catch (JacksonException ex) {
            throw new InquiryRefusedException("the question cannot be read: " + ex.getOriginalMessage());
        }
    }

    static byte[] write(Checked checked) {
        List<FindingWire> findings = checked.findings()
            .stream()
            .limit(1_000)
            .map((finding) -> new FindingWire(finding.kind().name(), finding.key(), finding.problem(),
                    finding.suggestion()))
            .toList();
        Map<String, String> types = new LinkedHashMap<>();
        checked.types().forEach((key, type) -> types.put(key.toString(), type.name()));
        return CBOR.writeValueAsBytes(new CheckedWire(checked.by().orElse(null), checked.notice().orElse(null),
                findings, types, checked.secrets().map((known) -> List.copyOf(known.paths())).orElse(null)));
    }

    static Checked checked(byte[] bytes) {
        CheckedWire wire = CBOR.readValue(bytes, CheckedWire.class);
        Map<KeyPath, ValueType> types = new LinkedHashMap<>();
        wire.types.forEach((key, type) -> types.put(KeyPath.parse(key), ValueType.valueOf(type)));
        return new Checked(Optional.ofNullable(wire.by), Optional.ofNullable(wire.notice),
                wire.findings.stream()
                    .map((finding) -> new Finding(Finding.Kind.valueOf(finding.kind), finding.key, finding.problem,
                            finding.suggestion))
                    .toList(),
                types, Optional.ofNullable(wire.secrets).map(SecretKeys::of));
    }

    static byte[] write(Preview preview) {
        List<FileWire> files = new ArrayList<>();
        int characters = 0;
        for (FileDifference file : preview.files()) {
            characters += file.lines().stream().mapToInt(String::length).sum();
            files.add(new FileWire(file.name(),
                    (characters <= MOST_CHARACTERS) ? file.lines() : List.of("... too much to be shown here")));
        }
        return CBOR.writeValueAsBytes(new PreviewWire(preview.action().name(), preview.reason(), files));
    }

    static Preview preview(byte[] bytes) {
        PreviewWire wire = CBOR.readValue(bytes, PreviewWire.class);
        return new Preview(Preview.Action.valueOf(wire.action), wire.reason,
                wire.files.stream().map((file) -> new FileDifference(file.name, file.lines)).toList());
    }

    /**
     * What is asked about.
     *
     * @param toml the layer
     * @param words keys whose type is wanted
     * @param files of the group
     * @param secrets paths of values that are secret
     * @param encrypted whether {@code toml} is an encrypted message
     * @param release of its package that the group would run, if that is said
     */
    record Question(String group, byte[] toml, List<String> words, List<FileAsked> files,
            @Nullable List<List<String>> secrets, boolean encrypted, @Nullable String release) {

        SecretKeys secretKeys() {
            return (this.secrets != null) ? SecretKeys.of(this.secrets) : SecretKeys.NONE;
        }

        /** Asked as if it were installed; who has to say that it is not will. */
        Optional<AppliedRelease> appliedRelease() {
            try {
                return Optional.ofNullable(this.release)
                    .map((ident) -> new AppliedRelease(PackageIdent.parseRelease(ident), Supply.HERE));
            }
            catch (InvalidIdentException ex) {
                throw new InquiryRefusedException("the package in question is none: " + ex.getMessage());
            }
        }

        /** Nobody reads their contents. */
        GroupFileSet groupFiles() {
            try {
                return new GroupFileSet(this.files.stream()
                    .map((file) -> new GroupFile(new FileName(file.name), file.hash, file.size, file.mode,
                            Optional.ofNullable(file.owner), Supply.COMING))
                    .toList(), GroupFileSet.NONE.contents());
            }
            catch (InvalidFileNameException ex) {
                throw new InquiryRefusedException("a file in question has no name that can be: " + ex.getMessage());
            }
        }

        Map<String, Object> layer() {
            try {
                return Toml.parse(new String(this.toml, StandardCharsets.UTF_8));
            }
            catch (InvalidTomlException ex) {
                throw new InquiryRefusedException("the configuration in question is none: " + ex.getMessage());
            }
        }

        Set<KeyPath> keys() {
            Set<KeyPath> keys = new LinkedHashSet<>();
            this.words.forEach((word) -> keys.add(KeyPath.parse(word)));
            return keys;
        }

    }

    /** A file that is asked about. */
    record FileAsked(String name, String hash, int size, int mode, @Nullable String owner) {

        static List<FileAsked> of(GroupFiles files) {
            return files.all()
                .stream()
                .map((file) -> new FileAsked(file.name().text(), file.content().hash().hex(), file.content().size(),
                        file.content().mode(), file.content().owner().orElse(null)))
                .toList();
        }

    }

    private record CheckedWire(@Nullable String by, @Nullable String notice, List<FindingWire> findings,
            Map<String, String> types, @Nullable List<List<String>> secrets) {
    }

    private record FindingWire(String kind, List<String> key, String problem, @Nullable String suggestion) {
    }

    private record PreviewWire(String action, String reason, List<FileWire> files) {
    }

    private record FileWire(String name, List<String> lines) {
    }

}
