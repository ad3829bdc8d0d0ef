package dev.muster.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Leaves out what simulated members log, which is hundreds of thousands of lines; a
 * failure is told by its seed.
 */
final class WithoutLog implements BeforeAllCallback, AfterAllCallback {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.muster");

    private final Level before = this.logger.getLevel();

    @Override
    public void beforeAll(ExtensionContext context) {
        this.logger.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        this.logger.setLevel(this.before);
    }

}
