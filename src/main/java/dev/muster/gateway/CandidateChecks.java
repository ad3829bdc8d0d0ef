package dev.muster.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.muster.config.Finding;
import dev.muster.config.KeyPath;
import dev.muster.config.SecretKeys;
import dev.muster.config.ValueType;
import dev.muster.gateway.CandidateControl.Checked;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;

import org.springframework.stereotype.Component;

/**
 * Holds what a group is to have against what its package expects, before anybody else
 * hears of it.
 */
@Component
final class CandidateChecks {

    private static final int MOST_TOLD = 5;

    private final CandidateControl candidates;

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    CandidateChecks(CandidateControl candidates, ServiceGroupRegistry registry, RevisionContents contents) {
        this.candidates = candidates;
        this.registry = registry;
        this.contents = contents;
    }

    /**
     * @param concerned the keys that this request is about: what is wrong with others is
     * a warning only
     * @return what may be a mistake, and what is secret
     * @throws ProblemException when something is wrong with the layer
     */
    Judged require(GroupName group, Candidate candidate, boolean allowUnknown) {
        Optional<Revision> current = this.registry.group(group).flatMap(GroupSnapshot::current);
        if (candidate.body().envelope().isPresent()) {
            return new Judged(List.of("not checked here, since it is encrypted: members check it when they take it"),
                    Optional.of(SecretKeys.EVERYTHING));
        }
        boolean same = current.map(Revision::layerHash).filter(candidate.body().contentHash()::equals).isPresent();
        Optional<SecretKeys> known = same ? current.flatMap(Revision::secrets) : Optional.empty();
        if (known.isPresent()) {
            // Nothing would spread that has not already.
            return new Judged(List.of(), known);
        }
        Checked checked = this.candidates.check(group, candidate.body().tree(), candidate.words()).join();
        Optional<SecretKeys> secrets = checked.secrets()
            .map((marked) -> marked.and(candidate.inherited().orElse(SecretKeys.NONE)));
        if (same) {
            return new Judged(List.of(), secrets);
        }
        requireSecretsThemselves(group, candidate.body(), secrets.orElse(SecretKeys.EVERYTHING));
        List<Finding> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        checked.notice().ifPresent(warnings::add);
        for (Finding finding : checked.findings()) {
            boolean allowed = finding.kind() == Finding.Kind.WARNING
                    || finding.kind() == Finding.Kind.UNKNOWN_KEY && allowUnknown
                    || !candidate.concerned().test(finding.key());
            if (allowed) {
                warnings.add(sentence(finding) + place(candidate, finding));
            }
            else {
                errors.add(finding);
            }
        }
        // That nothing knows a key matters more than how its value was written.
        if (errors.stream().noneMatch((error) -> error.kind() == Finding.Kind.UNKNOWN_KEY)) {
            requireTexts(candidate, current, checked);
        }
        if (!errors.isEmpty()) {
            throw problem(group, candidate, checked.by().orElse(""), errors);
        }
        return new Judged(warnings, secrets);
    }

    /**
     * Who copies what was shown to him must not set the password to what stands for it.
     */
    private static void requireSecretsThemselves(GroupName group, ConfigBody body, SecretKeys secrets) {
        secrets.copied(body.tree()).ifPresent((key) -> {
            throw new ProblemException(ProblemType.INVALID_CONFIG, key + " is \"" + SecretKeys.MARKER
                    + "\", which is what is shown in place of a secret. Write the secret itself there; or change"
                    + " the other keys alone, with config set or config patch, which leave this one as it is. Nothing"
                    + " was changed")
                .with("group", group.toString())
                .with("key", key);
        });
    }

    private void requireTexts(Candidate candidate, Optional<Revision> current, Checked checked) {
        for (KeyPath word : candidate.words()) {
            ValueType type = checked.types().get(word);
            boolean wasText = current.flatMap(this.contents::find).flatMap(word::in).orElse(null) instanceof String;
            if (type == ValueType.TEXT || type == null && wasText) {
                continue;
            }
            throw new ProblemException(ProblemType.INVALID_CONFIG,
                    word + ((type != null) ? " takes " + type.words() : " is not known to take a text")
                            + ", and what is given stands without quotes: if it is a text, write " + word + "=\"...\"")
                .with("key", word.toString());
        }
    }

    private static String sentence(Finding finding) {
        return finding.problem()
                + ((finding.suggestion() != null) ? " (did you mean " + finding.suggestion() + "?)" : "");
    }

    private static ProblemException problem(GroupName group, Candidate candidate, String by, List<Finding> errors) {
        boolean unknown = errors.stream().anyMatch((finding) -> finding.kind() == Finding.Kind.UNKNOWN_KEY);
        Finding first = errors.get(0);
        StringBuilder detail = new StringBuilder("Not as " + by + " expects it: " + sentence(first));
        errors.stream()
            .skip(1)
            .limit(MOST_TOLD - 1L)
            .forEach((finding) -> detail.append("; ").append(sentence(finding)));
        if (errors.size() > MOST_TOLD) {
            detail.append("; and ").append(errors.size() - MOST_TOLD).append(" more");
        }
        detail.append(". Nothing was changed");
        if (unknown) {
            detail.append("; --allow-unknown (allow-unknown=true) takes keys that nothing is known to use");
        }
        ProblemException problem = new ProblemException(ProblemType.INVALID_CONFIG, detail.toString())
            .with("group", group.toString())
            .with("key", first.path())
            .with("findings", errors.stream().map((finding) -> line(candidate, finding)).toList());
        if (first.suggestion() != null) {
            problem.with("suggestion", first.suggestion());
        }
        candidate.places()
            .of(first.key())
            .ifPresent((at) -> problem.with("line", at.line()).with("column", at.column()));
        return problem;
    }

    private static Map<String, Object> line(Candidate candidate, Finding finding) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("key", finding.path());
        line.put("problem", finding.problem());
        if (finding.suggestion() != null) {
            line.put("suggestion", finding.suggestion());
        }
        candidate.places().of(finding.key()).ifPresent((at) -> {
            line.put("line", at.line());
            line.put("column", at.column());
        });
        return line;
    }

    private static String place(Candidate candidate, Finding finding) {
        return candidate.places()
            .of(finding.key())
            .map((at) -> " (line " + at.line() + ", column " + at.column() + ")")
            .orElse("");
    }

    /**
     * What is to be said of a layer that is taken.
     *
     * @param warnings what may be a mistake, in sentences
     * @param secrets which of its values are; empty where nobody knew its package
     */
    record Judged(List<String> warnings, Optional<SecretKeys> secrets) {
    }

    /**
     * What a group is to have.
     *
     * @param concerned whether a key is what the request is about: what is wrong with
     * others is a warning only
     * @param words keys that may only be texts
     * @param missing keys that were to be taken out and were not there
     * @param places where values stand in what was sent
     * @param inherited secrets of the revision that values are taken over from
     */
    record Candidate(ConfigBody body, Predicate<List<String>> concerned, Set<KeyPath> words, Set<KeyPath> missing,
            ConfigBody.Places places, Optional<SecretKeys> inherited) {

        /** All of it is what the request is about. */
        static Candidate whole(ConfigBody body) {
            return new Candidate(body, (key) -> true, Set.of(), Set.of(), body.places(), Optional.empty());
        }

        Candidate inheriting(Optional<SecretKeys> secrets) {
            return new Candidate(this.body, this.concerned, this.words, this.missing, this.places, secrets);
        }

    }

}
