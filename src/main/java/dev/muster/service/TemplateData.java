package dev.muster.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.config.SecretKeys;
import dev.muster.election.ElectionStanding;
import dev.muster.pack.InstalledPackage;
import org.jspecify.annotations.Nullable;

/**
 * The names that templates find: {@code sys}, {@code pkg}, {@code cfg}, {@code svc},
 * {@code bind}.
 */
final class TemplateData {

    private TemplateData() {
    }

    static Map<String, Object> of(ServiceSpec spec, Optional<String> organisation, InstalledPackage pack,
            Account account, ServiceDirectory directory, Map<String, Object> cfg, Exports exports,
            ServiceContext context, ElectionStanding election, Bindings bindings) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("sys", context.sys());
        data.put("pkg", pack(pack, account, directory));
        data.put("cfg", cfg);
        data.put("svc", service(spec, organisation, pack, exports, context, election));
        data.put("bind", bindings.data());
        return data;
    }

    /**
     * The same for the {@code check} hook: its {@code pkg.svc_config_path} and
     * {@code pkg.svc_files_path} are where the files lie that it is to look at.
     */
    static Map<String, Object> staged(Map<String, Object> data, ServiceDirectory directory) {
        Map<String, Object> pack = new LinkedHashMap<>();
        if (data.get("pkg") instanceof Map<?, ?> known) {
            known.forEach((name, value) -> pack.put(String.valueOf(name), value));
        }
        Path staging = directory.path().resolve(Staging.NAME);
        pack.put("svc_config_path", staging.resolve("config").toString());
        pack.put("svc_files_path", staging.resolve(Staging.FILES).toString());
        Map<String, Object> staged = new LinkedHashMap<>(data);
        staged.put("pkg", pack);
        return staged;
    }

    static Map<String, Object> pack(InstalledPackage pack, Account account, ServiceDirectory directory) {
        Map<String, Object> tree = new LinkedHashMap<>(GroupMember.identTree(pack.ident()));
        tree.put("ident", pack.ident().toString());
        tree.put("deps", pack.dependencies().stream().map(GroupMember::identTree).toList());
        tree.put("env", pack.runtimeEnvironment());
        tree.put("exposes", pack.exposes());
        tree.put("exports", pack.exports());
        tree.put("path", pack.path().toString());
        tree.put("svc_path", directory.path().toString());
        for (String name : ServiceDirectory.SERVICE_OWNED) {
            tree.put("svc_" + name + "_path", directory.path().resolve(name).toString());
        }
        tree.put("svc_config_install_path", directory.path().resolve("config_install").toString());
        tree.put("svc_pid_file", directory.pidFile().toString());
        tree.put("svc_run", directory.path().resolve("run").toString());
        tree.put("svc_user", account.user());
        tree.put("svc_group", account.group());
        return tree;
    }

    private static Map<String, Object> service(ServiceSpec spec, Optional<String> organisation, InstalledPackage pack,
            Exports exports, ServiceContext context, ElectionStanding election) {
        Map<String, Object> sys = context.sys();
        GroupMember me = new GroupMember(String.valueOf(sys.getOrDefault("member_id", "")), pack.ident(), sys,
                GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, true, exports);
        List<GroupMember> members = new ArrayList<>(context.others(spec.serviceGroup(organisation)));
        members.add(me);
        members.sort(Comparator.comparing(GroupMember::memberId));
        Leaders leaders = Leaders.of(spec.topology(), election, me.memberId());
        // Those that wait to start count too: a list that grows with each start would
        // restart all that started before.
        members.removeIf((member) -> member.activity() == GroupMember.Activity.STOPPED);
        List<Map<String, Object>> all = new ArrayList<>();
        List<Map<String, Object>> present = new ArrayList<>();
        for (GroupMember member : members) {
            Map<String, Object> tree = leaders.mark(member, member.toTree(spec.name(), spec.group(), organisation));
            all.add(tree);
            if (member.standing().near()) {
                present.add(tree);
            }
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", spec.name());
        tree.put("group", spec.group());
        organisation.ifPresent((org) -> tree.put("org", org));
        GroupMember.electionFlags(tree);
        leaders.flags(tree);
        tree.put("election_term", leaders.term());
        tree.put("me", leaders.mark(me, me.toTree(spec.name(), spec.group(), organisation)));
        tree.put("members", present);
        tree.put("all_members", all);
        Optional<Map<String, Object>> leader = Leaders.among(present);
        leader.ifPresent((found) -> tree.put("leader", found));
        tree.put("first", leader.orElse(present.get(0)));
        return tree;
    }

    /** The exported values by their names; a path that leads nowhere exports nothing. */
    static Exports exports(InstalledPackage pack, Map<String, Object> cfg, SecretKeys secrets) {
        Map<String, Object> values = new LinkedHashMap<>();
        Set<String> secret = new HashSet<>();
        pack.exports().forEach((name, path) -> {
            @Nullable Object value = cfg;
            for (String key : path.split("\\.")) {
                value = (value instanceof Map<?, ?> table) ? table.get(key) : null;
            }
            if (value != null) {
                values.put(name, value);
                if (secrets.touches(List.of(path.split("\\.")))) {
                    secret.add(name);
                }
            }
        });
        return new Exports(values, secret);
    }

}
