package dev.muster.service;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.muster.pack.InstalledPackage;

/** The environment that hooks and processes of a service get. */
final class ServiceEnvironment {

    private static final Set<String> SECRET = Set.of("HAB_CTL_SECRET", "HAB_RING_KEY", "HAB_SUP_GATEWAY_AUTH_TOKEN",
            "HAB_AUTH_TOKEN", "HAB_AUTOMATE_AUTH_TOKEN");

    private static final String OWN_PREFIX = "MUSTER_";

    private static final String PATH = "PATH";

    /** {@code leader} or {@code follower}, where a group has a leader. */
    static final String ELECTION_ROLE = "HAB_ELECTION_ROLE";

    /**
     * The term of the group's leader, 0 while there is none: grows with each, so that who
     * is written to can refuse a former one.
     */
    static final String ELECTION_TERM = "HAB_ELECTION_TERM";

    private ServiceEnvironment() {
    }

    /**
     * The node's own variables without its secrets and settings, under those of the
     * package; the package's search path stands before the inherited one.
     * @param searchPath the package's own
     */
    static Map<String, String> of(Map<String, String> node, InstalledPackage pack, String searchPath, Account account) {
        Map<String, String> environment = new HashMap<>(node);
        environment.keySet().removeIf((name) -> SECRET.contains(name) || name.startsWith(OWN_PREFIX));
        environment.putAll(pack.runtimeEnvironment());
        String inherited = node.getOrDefault(PATH, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put(PATH, searchPath.isEmpty() ? inherited : searchPath + ":" + inherited);
        environment.put("HOME", account.home().toString());
        environment.put("USER", account.user());
        environment.put("LOGNAME", account.user());
        return environment;
    }

}
