package dev.muster.gateway;

import java.util.Map;
import java.util.Optional;

import dev.muster.group.GroupName;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Looks whether who asks has the role that the route needs. Comes after the route was
 * found and before its body is read: what is compared is what the route will see, however
 * the path was written.
 */
final class AccessCheck implements HandlerInterceptor {

    private static final String NO_ORGANIZATION = "config|health";

    private final Services services;

    AccessCheck(Services services) {
        this.services = services;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod) || request.getDispatcherType() == DispatcherType.ERROR) {
            // Nothing of ours: it answers that nothing is there, or what has failed.
            return true;
        }
        Caller caller = Caller.of(request);
        if (caller.token().isPresent()) {
            String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
            check(caller, Access.of(request.getMethod(), pattern), variables(request), request.getMethod());
        }
        return true;
    }

    private void check(Caller caller, Access access, Map<String, String> variables, String method) {
        switch (access.scope()) {
            case GROUP ->
                caller.require(access.role(), GroupName.parse(String.valueOf(variables.get("group"))).toString());
            case SERVICE -> service(caller, access, String.valueOf(variables.get("name")), method.equals("PUT"));
            case PARTS -> caller.require(access.role(), parts(variables));
            case SEEN, ANYWHERE -> caller.requireAnywhere(access.role());
            case EVERYWHERE -> caller.requireEverywhere(access.role());
        }
    }

    /**
     * A service that is not loaded belongs to no group yet: the route looks again when
     * one is loaded. What else is loaded is not for everybody.
     */
    private void service(Caller caller, Access access, String name, boolean load) {
        caller.requireAnywhere(access.role());
        Optional<ServiceStatus> loaded = this.services.statuses()
            .stream()
            .filter((status) -> status.name().equals(name))
            .findFirst();
        if (loaded.isPresent()) {
            caller.require(access.role(), loaded.get().group());
        }
        else if (!load) {
            throw new ProblemException(ProblemType.NOT_FOUND, "Service " + name + " is not loaded here");
        }
    }

    private static String parts(Map<String, String> variables) {
        String what = variables.getOrDefault("what", "");
        String organization = variables.getOrDefault("org", what.matches(NO_ORGANIZATION) ? "" : what);
        return variables.get("name") + '.' + variables.get("group")
                + (organization.isEmpty() ? "" : '@' + organization);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> variables(HttpServletRequest request) {
        return (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables)
                ? (Map<String, String>) variables : Map.of();
    }

}
