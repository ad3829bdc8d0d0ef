package dev.muster.shell;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a node answers when it refuses, and the exit code that goes with it. */
final class Problems {

    private static final Map<String, Integer> EXITS = Map.ofEntries(Map.entry("internal", 1),
            Map.entry("unavailable", 1), Map.entry("storage-full", 1), Map.entry("bad-request", 2),
            Map.entry("method-not-allowed", 2), Map.entry("precondition-required", 2), Map.entry("unauthorized", 4),
            Map.entry("forbidden", 4), Map.entry("too-many-attempts", 4), Map.entry("not-found", 5),
            Map.entry("conflict", 6), Map.entry("revision-mismatch", 6), Map.entry("invalid-syntax", 7),
            Map.entry("invalid-name", 7), Map.entry("too-large", 7), Map.entry("unsupported-media-type", 7),
            Map.entry("invalid-config", 7));

    private Problems() {
    }

    /**
     * @param body empty where the answer was no problem document
     */
    static CommandFailure failure(int status, Json body, Target target) {
        Map<String, Object> problem = new LinkedHashMap<>(body.members());
        String type = body.text("type").replace(CommandFailure.URN, "");
        if (!EXITS.containsKey(type)) {
            type = byStatus(status);
            problem.putIfAbsent("type", CommandFailure.URN + type);
        }
        problem.put("detail", detail(status, type, body, target));
        return new CommandFailure(EXITS.get(type), problem);
    }

    private static String detail(int status, String type, Json body, Target target) {
        String detail = body.text("detail").isEmpty() ? body.text("title") : body.text("detail");
        if (type.equals("unauthorized") && detail.isEmpty()) {
            return "The node at " + target.base() + " refuses the control secret from " + target.secretFrom()
                    + ": give the one of its own root with --" + NodeOptions.SECRET + " FILE or HAB_CTL_SECRET";
        }
        if (detail.isEmpty()) {
            return "The node at " + target.base() + " answered with HTTP status " + status;
        }
        return detail + place(body, detail);
    }

    private static String place(Json body, String detail) {
        StringBuilder more = new StringBuilder();
        if (!body.text("line").isEmpty() && !detail.contains("line " + body.text("line"))) {
            more.append(" (line ").append(body.text("line"));
            if (!body.text("column").isEmpty()) {
                more.append(", column ").append(body.text("column"));
            }
            more.append(')');
        }
        String suggestion = body.text("suggestion");
        if (!suggestion.isEmpty() && !detail.contains(suggestion)) {
            more.append(": did you mean ").append(suggestion).append('?');
        }
        return more.toString();
    }

    private static String byStatus(int status) {
        return switch (status) {
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not-found";
            case 405 -> "method-not-allowed";
            case 409 -> "conflict";
            case 412 -> "revision-mismatch";
            case 413 -> "too-large";
            case 415 -> "unsupported-media-type";
            case 422 -> "invalid-config";
            case 428 -> "precondition-required";
            case 429 -> "too-many-attempts";
            case 503 -> "unavailable";
            case 507 -> "storage-full";
            default -> (status >= 400 && status < 500) ? "bad-request" : "internal";
        };
    }

}
