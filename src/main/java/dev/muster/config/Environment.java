package dev.muster.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The layer that a service's environment variable holds. */
public final class Environment {

    /**
     * Variables with another meaning. A package named {@code ring-key} must not render
     * the ring's key into its files.
     */
    private static final Set<String> SECRETS = Set.of("HAB_CTL_SECRET", "HAB_RING_KEY", "HAB_SUP_GATEWAY_AUTH_TOKEN",
            "HAB_AUTH_TOKEN", "HAB_AUTOMATE_AUTH_TOKEN");

    private Environment() {
    }

    /** The variable of a package: {@code HAB_MY_SERVICE} for {@code my-service}. */
    public static String variable(String packageName) {
        return "HAB_" + packageName.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Reads the variable of a package as TOML, else as JSON.
     * @param packageName without its origin
     * @return empty where the variable is not set
     * @throws InvalidEnvironmentException when it is neither
     */
    public static Map<String, Object> layer(String packageName, Map<String, String> environment) {
        String variable = variable(packageName);
        String text = environment.get(variable);
        if (text == null || SECRETS.contains(variable)) {
            return Map.of();
        }
        try {
            return Toml.parse(text);
        }
        catch (InvalidTomlException toml) {
            try {
                return Toml.parseJson(text);
            }
            catch (InvalidTomlException json) {
                boolean meantJson = text.stripLeading().startsWith("{");
                throw new InvalidEnvironmentException(variable, meantJson ? "JSON" : "TOML", meantJson ? json : toml);
            }
        }
    }

}
