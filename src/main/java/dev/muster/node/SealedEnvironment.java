package dev.muster.node;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.web.context.support.StandardServletEnvironment;

/**
 * Spring's settings of a node: what the command line said, and the distribution's own
 * configuration directory. No variable of the environment, no file in the working
 * directory and no system property changes what a node listens on.
 */
final class SealedEnvironment extends StandardServletEnvironment {

    SealedEnvironment(NodeOptions options, Path configuration, String version) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("server.address", options.ctl().host());
        settings.put("server.port", options.ctl().port());
        settings.put("spring.config.location", "file:" + configuration + "/");
        settings.put("info.muster.version", version);
        settings.put("management.info.env.enabled", "true");
        getPropertySources().addFirst(new MapPropertySource("muster", settings));
    }

    @Override
    protected void customizePropertySources(MutablePropertySources sources) {
        // None of the usual ones: see above.
    }

}
