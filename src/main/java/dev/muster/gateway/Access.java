package dev.muster.gateway;

import java.util.Map;
import java.util.TreeMap;

import dev.muster.key.Role;

/**
 * Which role each route needs, and on what. A route that is not here is for admins only,
 * so that a forgotten one is closed.
 *
 * @param role the least that is needed
 * @param scope on what
 */
record Access(Role role, Scope scope) {

    /** For what nobody has thought of. */
    static final Access UNKNOWN = new Access(Role.ADMIN, Scope.EVERYWHERE);

    private static final Map<String, Access> ROUTES = new TreeMap<>();

    static {
        String group = "/v1/groups/{group}";
        viewed(Scope.SEEN, "/v1/groups", "/v1/services", "/v1/elections", "/services");
        viewed(Scope.GROUP, group + "/config", group + "/revisions", group + "/revisions/{revision}",
                group + "/revisions/{revision}/diff", group + "/revisions/{revision}/events", group + "/rollout",
                group + "/policy", group + "/files", group + "/election");
        viewed(Scope.SERVICE, "/v1/services/{name}", "/v1/services/{name}/logs");
        viewed(Scope.ANYWHERE, "/v1/node", "/v1/ring", "/v1/packages", "/v1/openapi.json");
        route("PUT", group + "/config", Role.APPLY, Scope.GROUP);
        route("POST", group + "/config/changes", Role.APPLY, Scope.GROUP);
        route("POST", group + "/revisions/{revision}/rollback", Role.APPLY, Scope.GROUP);
        route("PUT", group + "/files/{name}", Role.APPLY, Scope.GROUP);
        route("DELETE", group + "/files/{name}", Role.APPLY, Scope.GROUP);
        for (String step : new String[] { "pause", "resume", "promote", "skip", "abort" }) {
            route("POST", group + "/rollout/" + step, Role.APPLY, Scope.GROUP);
        }
        // Belongs to no group until a change of one names it.
        route("PUT", "/v1/contents", Role.APPLY, Scope.ANYWHERE);
        route("PUT", group + "/policy", Role.OPERATE, Scope.GROUP);
        route("POST", group + "/election/recover", Role.ADMIN, Scope.GROUP);
        String service = "/v1/services/{name}";
        route("PUT", service, Role.OPERATE, Scope.SERVICE);
        route("DELETE", service, Role.OPERATE, Scope.SERVICE);
        for (String verb : new String[] { "changes", "start", "stop" }) {
            route("POST", service + "/" + verb, Role.OPERATE, Scope.SERVICE);
        }
        String release = "/v1/packages/{origin}/{name}/{version}/{release}";
        route("PUT", release, Role.OPERATE, Scope.EVERYWHERE);
        route("DELETE", release, Role.OPERATE, Scope.EVERYWHERE);
        route("DELETE", "/v1/packages/{origin}/{name}/{version}", Role.OPERATE, Scope.EVERYWHERE);
        route("DELETE", "/v1/packages/{origin}/{name}", Role.OPERATE, Scope.EVERYWHERE);
        route("POST", "/v1/node/stop", Role.OPERATE, Scope.EVERYWHERE);
        route("POST", "/v1/node/restart", Role.OPERATE, Scope.EVERYWHERE);
        route("GET", "/v1/ring/keys", Role.ADMIN, Scope.EVERYWHERE);
        route("POST", "/v1/ring/keys/rotate", Role.ADMIN, Scope.EVERYWHERE);
        // It is for ever.
        route("POST", "/v1/ring/members/{member}/depart", Role.ADMIN, Scope.EVERYWHERE);
        route("POST", "/v1/ring/members/{member}/forget", Role.ADMIN, Scope.EVERYWHERE);
        route("GET", "/v1/audit", Role.ADMIN, Scope.EVERYWHERE);
        route("GET", "/v1/tokens", Role.ADMIN, Scope.EVERYWHERE);
        route("POST", "/v1/tokens", Role.ADMIN, Scope.EVERYWHERE);
        route("DELETE", "/v1/tokens/{id}", Role.ADMIN, Scope.EVERYWHERE);
        // The read gateway.
        viewed(Scope.ANYWHERE, "/");
        viewed(Scope.SEEN, "/metrics", "/actuator/prometheus");
        viewed(Scope.EVERYWHERE, "/census", "/butterfly");
        viewed(Scope.PARTS, "/services/{name}/{group}", "/services/{name}/{group}/{what}",
                "/services/{name}/{group}/{org}/config", "/services/{name}/{group}/{org}/health");
    }

    private static void viewed(Scope scope, String... patterns) {
        for (String pattern : patterns) {
            route("GET", pattern, Role.VIEW, scope);
        }
    }

    private static void route(String method, String pattern, Role role, Scope scope) {
        ROUTES.put(method + ' ' + pattern, new Access(role, scope));
    }

    /**
     * What a request needs.
     * @param pattern the route that answers it, with its variables' names in braces
     */
    static Access of(String method, String pattern) {
        return ROUTES.getOrDefault((method.equals("HEAD") ? "GET" : method) + ' ' + pattern, UNKNOWN);
    }

    /** On what somebody needs a role. */
    enum Scope {

        /** The group that the path names. */
        GROUP,

        /** The group of the service that the path names. */
        SERVICE,

        /** The group whose parts the path names, as the read gateway does. */
        PARTS,

        /** Anything: the answer shows only what may be seen. */
        SEEN,

        /** Anything: the answer is about no group. */
        ANYWHERE,

        /** All groups. */
        EVERYWHERE

    }

}
