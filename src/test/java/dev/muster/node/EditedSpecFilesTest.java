package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real node, and a person with an editor. */
class EditedSpecFilesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private TestNodes nodes;

    private Node node;

    private Path specs;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        this.node = this.nodes.start(1);
        this.specs = Files.createDirectories(this.node.root().layout().specs());
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    private void apply(String group, String toml) {
        this.node.registry()
            .apply(new ApplyRequest(GroupName.parse(group), OptionalLong.empty(), null,
                    toml.getBytes(StandardCharsets.UTF_8), Content.hash(Toml.parse(toml)), "test", null))
            .join();
    }

    private void spec(String text) throws IOException {
        Files.writeString(this.specs.resolve("sleeper.spec"), text);
    }

    private boolean runs(String group) {
        return this.node.services()
            .statuses()
            .stream()
            .anyMatch((status) -> status.group().equals(group) && status.pid().isPresent());
    }

    private String config() throws IOException {
        return Files.readString(this.node.root().layout().services().resolve("sleeper/config/sleeper.conf"));
    }

    @Test
    void aSpecThatAppearsIsLoadedWithItsGroupsConfigurationChangedAndUnloadedAgain() throws IOException {
        apply("sleeper.one", "port = 11\n");
        apply("sleeper.two", "port = 22\n");
        spec("ident = \"test/sleeper\"\ngroup = \"one\"\n");
        await().atMost(SOON).until(() -> runs("sleeper.one"));
        assertThat(config()).startsWith("port 11\n");
        assertThat(this.node.services().status("sleeper").revision().orElseThrow()).startsWith("1-");
        long pid = this.node.services().status("sleeper").pid().orElseThrow();

        spec("ident = \"test/sleeper\"\ngroup = \"two\"\n");
        await().atMost(SOON).until(() -> runs("sleeper.two") && config().startsWith("port 22\n"));
        await().atMost(SOON).until(() -> this.node.services().status("sleeper").pid().orElse(pid) != pid);
        await().atMost(SOON)
            .until(() -> this.node.registry().group(GroupName.parse("sleeper.one")).orElseThrow().members().isEmpty());

        // Not to be understood: it stays as it is, and the next edit counts.
        spec("ident = \n");
        spec("ident = \"test/sleeper\"\ngroup = \"two\"\ndesired_state = \"down\"\n");
        await().atMost(SOON).until(() -> this.node.services().status("sleeper").pid().isEmpty());
        Files.delete(this.specs.resolve("sleeper.spec"));
        await().atMost(SOON).until(() -> this.node.services().statuses().isEmpty());
    }

    @Test
    void aDirectoryThatIsGoneForAWhileUnloadsNothingAndIsLookedAtAgain() throws IOException {
        spec("ident = \"test/sleeper\"\n");
        await().atMost(SOON).until(() -> runs("sleeper.default"));
        long pid = this.node.services().status("sleeper").pid().orElseThrow();
        Path aside = this.specs.resolveSibling("specs.aside");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(LocalServices.class);
        Level level = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        Files.move(this.specs, aside);
        await().atMost(SOON).until(() -> !lines.list.isEmpty());
        await().pollDelay(Duration.ofMillis(2500)).until(() -> runs("sleeper.default"));
        assertThat(lines.list).singleElement().asString().contains("is gone");
        assertThat(this.node.services().status("sleeper").pid()).hasValue(pid);
        Files.move(aside, this.specs);
        spec("ident = \"test/sleeper\"\ngroup = \"later\"\n");
        await().atMost(SOON).until(() -> runs("sleeper.later"));
        logger.detachAppender(lines);
        logger.setLevel(level);
        assertThat(lines.list).hasSize(2).last().asString().contains("read again");
    }

    @Test
    void whatIsEditedWhileTheNodeEndsIsForTheNextOne() throws IOException {
        this.nodes.leaveServices(this.node);
        spec("ident = \"test/sleeper\"\ngroup = \"next\"\n");
        assertThat(this.node.services().statuses()).isEmpty();
        this.node = this.nodes.start(1);
        await().atMost(SOON).until(() -> runs("sleeper.next"));
        assertThat(Map.copyOf(this.node.registry().groups())).containsKey(GroupName.parse("sleeper.next"));
    }

}
