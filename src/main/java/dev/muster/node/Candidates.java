package dev.muster.node;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import dev.muster.config.Content;
import dev.muster.config.KeyPath;
import dev.muster.config.KeyRules;
import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.config.ValueType;
import dev.muster.gateway.CandidateControl;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.UnreadableMessageException;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.PackagePath;
import dev.muster.pack.UnusablePackageException;
import dev.muster.rumor.Hash;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.InquiryRefusedException;
import dev.muster.rumor.MemberId;
import dev.muster.service.AppliedConfig;
import dev.muster.service.Preview;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;

/**
 * Tells what would become of a configuration: from what is installed and loaded here, and
 * by asking other members. Answers them the same.
 */
final class Candidates implements CandidateControl {

    private static final String CHECK = "config-check";

    private static final String PLAN = "config-plan";

    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(5);

    private static final Duration PLAN_PATIENCE = Duration.ofSeconds(10);

    /** Whoever has the package says the same; a few that are slow are enough. */
    private static final int MOST_ASKED = 3;

    private final MemberId self;

    private final Inquiries inquiries;

    private final ServiceGroupRegistry registry;

    private final Services services;

    private final GroupKeys keys;

    private final PackagePath packages;

    /** Reads packages and renders. */
    private final Executor worker;

    Candidates(MemberId self, Inquiries inquiries, ServiceGroupRegistry registry, Services services, GroupKeys keys,
            PackagePath packages, Executor worker) {
        this.self = self;
        this.inquiries = inquiries;
        this.registry = registry;
        this.services = services;
        this.keys = keys;
        this.packages = packages;
        this.worker = worker;
    }

    /** From now on other members are answered. */
    void begin() {
        this.inquiries.answer(CHECK,
                (from, body) -> CompletableFuture.supplyAsync(() -> answerCheck(body), this.worker));
        this.inquiries.answer(PLAN, (from, body) -> CompletableFuture.supplyAsync(() -> answerPlan(body), this.worker));
    }

    @Override
    public CompletableFuture<Checked> check(GroupName group, Map<String, Object> layer, Set<KeyPath> words) {
        List<GroupSnapshot.Member> members = members(group);
        if (members.isEmpty() && own(group).isEmpty()) {
            return CompletableFuture
                .completedFuture(Checked.not("not checked: no member runs " + group + ", so its package is not known"));
        }
        return CompletableFuture.supplyAsync(() -> checkHere(group, layer, words), this.worker)
            .thenCompose((here) -> here.isPresent() ? CompletableFuture.completedFuture(here.get())
                    : checkThere(others(members), group,
                            CandidateCodec.write(new CandidateCodec.Question(group.toString(),
                                    Toml.write(layer).getBytes(StandardCharsets.UTF_8),
                                    words.stream().map(KeyPath::toString).toList(), List.of(), null, false, null)),
                            0, "none of its members is present"));
    }

    private List<GroupSnapshot.Member> members(GroupName group) {
        return this.registry.group(group).map((known) -> List.copyOf(known.members().values())).orElse(List.of());
    }

    private List<GroupSnapshot.Member> others(List<GroupSnapshot.Member> members) {
        return members.stream()
            .filter((member) -> member.present() && !member.id().equals(this.self))
            .limit(MOST_ASKED)
            .toList();
    }

    private CompletableFuture<Checked> checkThere(List<GroupSnapshot.Member> members, GroupName group, byte[] question,
            int next, String why) {
        if (next == members.size()) {
            return CompletableFuture.completedFuture(
                    Checked.not("not checked: the package of " + group + " is not installed here, and " + why));
        }
        GroupSnapshot.Member member = members.get(next);
        return this.inquiries.ask(member.id(), CHECK, question, CHECK_PATIENCE)
            .thenApply(CandidateCodec::checked)
            .handle((checked, failure) -> {
                if (failure == null) {
                    return CompletableFuture.completedFuture(checked);
                }
                return checkThere(members, group, question, next + 1, member.name() + ": " + reason(failure));
            })
            .thenCompose((answer) -> answer);
    }

    private static String reason(Throwable failure) {
        Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
                : failure;
        return String.valueOf(cause.getMessage());
    }

    /** Empty when no release that the group runs is installed here. */
    private Optional<Checked> checkHere(GroupName group, Map<String, Object> layer, Set<KeyPath> words) {
        Set<PackageIdent> idents = new LinkedHashSet<>();
        own(group).ifPresent((status) -> idents.add(status.ident()));
        List<GroupSnapshot.Member> members = members(group);
        members.stream().filter(GroupSnapshot.Member::present).forEach((member) -> idents.add(ident(member)));
        members.stream().filter((member) -> !member.present()).forEach((member) -> idents.add(ident(member)));
        for (PackageIdent ident : idents) {
            try {
                return Optional.of(check(this.packages.find(ident), layer, words));
            }
            catch (PackageNotFoundException | UnusablePackageException ex) {
                // The next release, or another member, tells.
            }
        }
        return Optional.empty();
    }

    private static PackageIdent ident(GroupSnapshot.Member member) {
        return PackageIdent.parse(member.ident());
    }

    private static Checked check(InstalledPackage pack, Map<String, Object> layer, Set<KeyPath> words) {
        Optional<String> notice = Optional.empty();
        KeyRules rules;
        try {
            rules = pack.keyRules();
        }
        catch (UnusablePackageException ex) {
            rules = pack.knownKeys();
            notice = Optional.of("checked by defaults and templates only: " + ex.getMessage());
        }
        Map<KeyPath, ValueType> types = new LinkedHashMap<>();
        for (KeyPath word : words) {
            rules.type(word).ifPresent((type) -> types.put(word, type));
        }
        return new Checked(Optional.of(pack.ident().toString()), notice, rules.check(layer), types,
                Optional.of(pack.secretKeys()));
    }

    private Optional<ServiceStatus> own(GroupName group) {
        return this.services.statuses()
            .stream()
            .filter((status) -> status.group().equals(group.toString()))
            .findFirst();
    }

    private byte[] answerCheck(byte[] body) {
        CandidateCodec.Question question = CandidateCodec.question(body);
        GroupName group = GroupName.parse(question.group());
        return checkHere(group, question.layer(), question.keys()).map(CandidateCodec::write)
            .orElseThrow(() -> new InquiryRefusedException("it has not installed the package of " + group + " either"));
    }

    @Override
    public CompletableFuture<List<MemberPlan>> plan(GroupName group, byte[] layer, boolean encrypted,
            SecretKeys secrets, GroupFiles files, Optional<PackageIdent> release) {
        byte[] question = CandidateCodec
            .write(new CandidateCodec.Question(group.toString(), layer, List.of(), CandidateCodec.FileAsked.of(files),
                    List.copyOf(secrets.paths()), encrypted, release.map(PackageIdent::toString).orElse(null)));
        List<CompletableFuture<MemberPlan>> plans = new ArrayList<>();
        for (GroupSnapshot.Member member : members(group)) {
            if (!member.present()) {
                plans.add(CompletableFuture
                    .completedFuture(new MemberPlan(member.id(), member.name(), null, "it is away")));
                continue;
            }
            plans.add(this.inquiries.ask(member.id(), PLAN, question, PLAN_PATIENCE)
                .thenApply(CandidateCodec::preview)
                .handle((preview, failure) -> (failure == null)
                        ? new MemberPlan(member.id(), member.name(), preview, null)
                        : new MemberPlan(member.id(), member.name(), null, reason(failure))));
        }
        return CompletableFuture.allOf(plans.toArray(CompletableFuture[]::new))
            .thenApply((done) -> plans.stream().map(CompletableFuture::join).toList());
    }

    private byte[] answerPlan(byte[] body) {
        CandidateCodec.Question question = CandidateCodec.question(body);
        GroupName group = GroupName.parse(question.group());
        ServiceStatus status = own(group)
            .orElseThrow(() -> new InquiryRefusedException("it does not run " + group + " any more"));
        AppliedConfig candidate = question.encrypted() ? opened(question) : plain(question);
        return CandidateCodec.write(this.services.preview(status.name(), candidate.with(question.appliedRelease())));
    }

    private static AppliedConfig plain(CandidateCodec.Question question) {
        Map<String, Object> layer = question.layer();
        return new AppliedConfig("candidate", Content.hash(layer), layer, question.secretKeys(), question.groupFiles(),
                Optional.empty(), Optional.empty());
    }

    private AppliedConfig opened(CandidateCodec.Question question) {
        try {
            GroupKeys.Opened opened = this.keys.open("candidate", question.toml());
            if (opened.awaited() != null) {
                throw new InquiryRefusedException(opened.awaited());
            }
            return new AppliedConfig("candidate", Hash.of(question.toml()).hex(), opened.layer(), SecretKeys.NONE,
                    question.groupFiles(), Optional.empty(), Optional.empty())
                .with(opened.encrypted());
        }
        catch (UnreadableMessageException ex) {
            throw new InquiryRefusedException("the configuration in question is none: " + ex.getMessage());
        }
    }

}
