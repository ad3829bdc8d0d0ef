package dev.muster.gateway;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding;
import dev.muster.service.HealthReport;
import dev.muster.service.ProcessState;
import dev.muster.service.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** A service in Habitat's shape, as the read gateway tells it. */
final class ServiceDocument {

    private ServiceDocument() {
    }

    static Map<String, @Nullable Object> of(ServiceStatus status, String root, Optional<ElectionStanding> election) {
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
        document.put("all_pkg_binds", List.of());
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
        Map<String, @Nullable Object> pkg = CensusDocument.ident(status.ident().toString());
        pkg.put("ident", status.ident().toString());
        pkg.put("exports", status.exports().shown());
        pkg.put("svc_path", directory);
        pkg.put("svc_config_path", directory + "/config");
        pkg.put("svc_data_path", directory + "/data");
        pkg.put("svc_files_path", directory + "/files");
        pkg.put("svc_static_path", directory + "/static");
        pkg.put("svc_var_path", directory + "/var");
        pkg.put("svc_pid_file", directory + "/PID");
        pkg.put("svc_run", directory + "/run");
        pkg.put("svc_user", status.runsAs().orElse(null));
        return pkg;
    }

    private static Map<String, Object> interval(Duration duration) {
        return Map.of("secs", duration.toSeconds(), "nanos", duration.getNano());
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

}
