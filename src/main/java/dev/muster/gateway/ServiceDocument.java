package dev.muster.gateway;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.muster.election.ElectionStanding;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.service.Backoff;
import dev.muster.service.HealthReport;
import dev.muster.service.Hook;
import dev.muster.service.ProcessState;
import dev.muster.service.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** A service in Habitat's shape, as the read gateway tells it. */
final class ServiceDocument {

    private ServiceDocument() {
    }

    /**
     * @param root of the node
     * @param sys what templates know as {@code sys}
     */
    static Map<String, @Nullable Object> of(ServiceStatus status, String root, Optional<ElectionStanding> election,
            Map<String, Object> sys, Backoff backoff) {
        String directory = root + "/svc/" + status.name();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("service_group", status.group());
        document.put("spec_ident", CensusDocument.ident(status.spec().ident().toString()));
        document.put("spec_identifier", status.spec().ident().toString());
        document.put("spec_file", root + "/sup/default/specs/" + status.name() + ".spec");
        document.put("pkg", pkg(status, directory));
        document.put("cfg", status.cfg());
        document.put("desired_state", capital(status.desired().wireName()));
        document.put("topology", status.spec().topology().wireName());
        document.put("update_strategy", status.spec().updateStrategy().wireName());
        document.put("update_condition", status.spec().updateCondition().wireName());
        document.put("channel", status.spec().channel());
        document.put("bldr_url", status.spec().builderUrl());
        document.put("binds", status.spec().binds());
        document.put("binding_mode", status.spec().bindingMode().wireName());
        document.put("all_pkg_binds", binds(status));
        document.put("config_from", status.spec().configFrom().orElse(null));
        document.put("health_check", status.health().wireName());
        document.put("health_check_interval", interval(status.spec().healthCheckInterval()));
        document.put("initialized", status.state() == ProcessState.UP);
        document.put("last_election_status",
                ElectionLine.habitat(election.map(ElectionStanding::phase).orElse(ElectionStanding.Phase.NONE)));
        document.put("last_process_state",
                status.lastExit().map((exit) -> Map.of("termination_reason", exit.toString())).orElse(null));
        Map<String, @Nullable Object> process = new LinkedHashMap<>();
        process.put("pid", status.pid().isPresent() ? status.pid().getAsLong() : null);
        process.put("state", (status.state() == ProcessState.UP) ? "up" : "down");
        process.put("state_entered", status.since().getEpochSecond());
        document.put("process", process);
        document.put("restart_count", status.restarts());
        document.put("next_restart_at", null);
        document.put("manager_fs_cfg",
                Map.of("sup_root", root + "/sup/default", "data_path", root + "/sup/default/data", "specs_path",
                        root + "/sup/default/specs", "member_id_file", root + "/sup/default/MEMBER_ID",
                        "proc_lock_file", root + "/sup/default/LOCK"));
        document.put("hooks", hooks(status, directory));
        document.put("sys", sys);
        document.put("restart_config", Map.of("min_backoff_period", interval(backoff.min()), "max_backoff_period",
                interval(backoff.max()), "cooldown_period", interval(backoff.proved())));
        document.put("svc_encrypted_password", null);
        document.put("user_config_updated", false);
        document.put("revision", status.revision().orElse(null));
        return document;
    }

    /** {@code OK}, {@code WARNING}, {@code CRITICAL} or {@code UNKNOWN}. */
    static Map<String, @Nullable Object> health(ServiceStatus status) {
        HealthReport report = status.healthReport();
        Map<String, @Nullable Object> health = new LinkedHashMap<>();
        health.put("status", report.health().wireName().toUpperCase(java.util.Locale.ROOT));
        health.put("stdout", report.output());
        health.put("stderr", report.errors());
        health.put("since", report.since());
        health.put("checked", report.checked().orElse(null));
        health.put("reason", report.reason().isEmpty() ? null : report.reason());
        return health;
    }

    private static Map<String, @Nullable Object> pkg(ServiceStatus status, String directory) {
        Optional<InstalledPackage> pack = status.pack();
        String ident = pack.map(InstalledPackage::ident).orElse(status.ident()).toString();
        Map<String, @Nullable Object> pkg = CensusDocument.ident(ident);
        pkg.put("ident", ident);
        List<PackageIdent> dependencies = pack.map(InstalledPackage::dependencies).orElse(List.of());
        pkg.put("deps", dependencies.stream().map((needed) -> CensusDocument.ident(needed.toString())).toList());
        pkg.put("dependencies", dependencies.stream().map(PackageIdent::toString).toList());
        pkg.put("env", pack.map(InstalledPackage::runtimeEnvironment).orElse(Map.of()));
        pkg.put("exposes", pack.map(InstalledPackage::exposes).orElse(List.of()));
        pkg.put("exports", pack.map(InstalledPackage::exports).orElse(Map.of()));
        pkg.put("path", pack.map((known) -> known.path().toString()).orElse(""));
        pkg.put("shutdown_signal", pack.map(InstalledPackage::shutdownSignal).orElse("TERM"));
        pkg.put("shutdown_timeout",
                pack.flatMap(InstalledPackage::shutdownTimeout).map(Duration::toSeconds).orElse(null));
        pkg.put("svc_path", directory);
        pkg.put("svc_config_path", directory + "/config");
        pkg.put("svc_data_path", directory + "/data");
        pkg.put("svc_files_path", directory + "/files");
        pkg.put("svc_static_path", directory + "/static");
        pkg.put("svc_var_path", directory + "/var");
        pkg.put("svc_pid_file", directory + "/PID");
        pkg.put("svc_run", directory + "/run");
        pkg.put("svc_config_install_path", directory + "/config_install");
        pkg.put("svc_user", status.runsAs().or(() -> pack.flatMap(InstalledPackage::serviceUser)).orElse(""));
        pkg.put("svc_group", pack.flatMap(InstalledPackage::serviceGroup).orElse(""));
        return pkg;
    }

    /** All that the package may be bound to, and what it needs of each. */
    private static List<Map<String, Object>> binds(ServiceStatus status) {
        Map<String, List<String>> all = new TreeMap<>();
        status.pack().ifPresent((pack) -> {
            all.putAll(pack.binds());
            all.putAll(pack.optionalBinds());
        });
        return all.entrySet()
            .stream()
            .map((bind) -> Map.<String, Object>of("service", bind.getKey(), "exports", bind.getValue()))
            .toList();
    }

    /** Null for those that the package has not. */
    private static Map<String, @Nullable Object> hooks(ServiceStatus status, String directory) {
        Set<String> there = new HashSet<>();
        status.pack().ifPresent((pack) -> {
            there.addAll(pack.hooks().keySet());
            pack.plainRun().ifPresent((run) -> there.add(Hook.RUN.fileName()));
        });
        Map<String, @Nullable Object> hooks = new LinkedHashMap<>();
        for (Hook hook : Hook.values()) {
            String name = hook.fileName();
            String logs = directory + "/logs/" + name;
            hooks.put(name.replace('-', '_'), there.contains(name) ? Map.of("render_pair", directory + "/hooks/" + name,
                    "stdout_log_path", logs + ".stdout.log", "stderr_log_path", logs + ".stderr.log") : null);
        }
        return hooks;
    }

    private static Map<String, Object> interval(Duration duration) {
        return Map.of("secs", duration.toSeconds(), "nanos", duration.getNano());
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

}
