package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.config.Content;
import dev.muster.config.SecretKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SecretValuesTest {

    private static final String SECRET = "hunter2";

    private Bench bench;

    @BeforeEach
    void prepare(@TempDir Path root) {
        this.bench = new Bench(root);
        TestPackage.web(this.bench.pkgs())
            .with("default.toml", "port = 80\npassword = \"hunter2-of-the-package\"\n")
            .with("config.schema.json", """
                    {"properties": {"port": {"type": "integer"},
                      "password": {"type": "string", "writeOnly": true},
                      "token": {"type": "string"}}}""")
            .with("config/web.conf", "listen {{cfg.port}}\npass {{cfg.password}}\n")
            .with("config/other.conf", "{{strReplace cfg.password \"hunter\" \"HUNTER\"}} {{toJson cfg}}\n")
            .with("config/plain.conf", "listen {{cfg.port}}\n")
            .with("EXPORTS", "port=port\npassword=password")
            .with("BINDS_OPTIONAL", "db=password");
    }

    private static AppliedConfig applied(String revision, Map<String, Object> layer, SecretKeys secrets) {
        return new AppliedConfig(revision, Content.hash(layer), layer, secrets, GroupFileSet.NONE, Optional.empty(),
                Optional.empty());
    }

    @Test
    void aSecretIsRenderedAndNotShown() throws IOException {
        Path user = this.bench.root.resolve("user/web/config/user.toml");
        Files.createDirectories(user.getParent());
        Files.writeString(user, "password = \"hunter2-of-the-user\"\n");
        this.bench.environment.put("HAB_WEB", "password = \"hunter2-of-the-environment\"");
        this.bench.fresh();
        this.bench.services.applied("web.prod", applied("1-a", Map.of("password", SECRET, "port", 81L, "token", SECRET),
                SecretKeys.of(List.of(List.of("token")))));
        this.bench.running();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\npass hunter2\n");
        ServiceStatus status = this.bench.status();
        assertThat(status.cfg()).isEqualTo(Map.of("port", 81L, "password", "(secret)", "token", "(secret)"));
        assertThat(status.exports().values()).as("who is bound needs it").containsEntry("password", SECRET);
        assertThat(status.exports().shown()).isEqualTo(Map.of("port", 81L, "password", "(secret)"));
        assertThat(this.bench.services.layers("web")).hasSize(4)
            .allSatisfy((layer) -> assertThat(layer.tree()).containsEntry("password", "(secret)"));
        assertThat(this.bench.services.layers("web").get(3).tree()).containsEntry("token", "(secret)")
            .containsEntry("port", 81L);
        assertThat(status.toString()).doesNotContain(SECRET);
    }

    @Test
    void aPreviewTellsThatASecretChangesAndNotWhatItIs() {
        this.bench.services.applied("web.prod", applied("1-a", Map.of("password", SECRET), SecretKeys.NONE));
        this.bench.running();
        Preview both = this.bench.services.preview("web",
                applied("2-b", Map.of("password", SECRET + "-new", "port", 81L), SecretKeys.NONE));
        assertThat(both.action()).isEqualTo(Preview.Action.RESTART);
        assertThat(both.files()).extracting(FileDifference::name)
            .containsExactly("config/other.conf", "config/plain.conf", "config/web.conf");
        assertThat(both.files().get(2).lines()).contains("-listen 80", "+listen 81", " pass (secret)");
        assertThat(both.toString()).doesNotContain(SECRET, "HUNTER2");
        Preview secret = this.bench.services.preview("web",
                applied("2-c", Map.of("password", SECRET + "-new"), SecretKeys.NONE));
        assertThat(secret.files().get(1)).isEqualTo(new FileDifference("config/web.conf",
                List.of("Files a/config/web.conf and b/config/web.conf differ in secrets")));
        assertThat(secret.toString()).doesNotContain(SECRET, "HUNTER2");
        assertThat(this.bench.services
            .preview("web", applied("2-d", Map.of("password", SECRET, "token", "x"), SecretKeys.NONE))
            .files()).extracting(FileDifference::name)
            .as("what is no secret is shown in the files it is in")
            .containsExactly("config/other.conf");
    }

    @Test
    void whatIsBoundToASecretShowsItNeither() {
        TestPackage.web(this.bench.pkgs())
            .without("config/other.conf")
            .with("config/bound.conf", "{{#each bind.db.members as |m|}}{{m.cfg.password}} {{m.cfg.port}}{{/each}}\n");
        this.bench.bound.put("db.prod",
                List.of(new GroupMember("a".repeat(32), TestPackage.ident("db"), Map.of("ip", "10.0.0.2"),
                        GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, true,
                        new Exports(Map.of("password", SECRET, "port", 5L), Set.of("password")))));
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web", "group", "prod", "binds",
                List.of("db:db.prod"), "binding_mode", "relaxed")), false);
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.text("config/bound.conf")).as(this.bench.status().reason()).isEqualTo("hunter2 5\n");
        TestPackage.web(this.bench.pkgs())
            .with("config/bound.conf",
                    "{{cfg.port}} {{#each bind.db.members as |m|}}{{m.cfg.password}} {{m.cfg.port}}{{/each}}\n");
        Preview preview = this.bench.services.preview("web", applied("2-b", Map.of("port", 81L), SecretKeys.NONE));
        assertThat(preview.files()).extracting(FileDifference::name).contains("config/bound.conf");
        assertThat(preview.toString()).contains("(secret) 5").doesNotContain(SECRET);
    }

    @Test
    void whatCannotBeRenderedWithoutTheSecretIsNotShownAtAll() {
        TestPackage.web(this.bench.pkgs())
            .with("default.toml", "port = 80\npassword = [\"hunter2\"]\n")
            .with("config.schema.json", "{\"properties\": {\"port\": {}, \"password\": {\"writeOnly\": true}}}")
            .with("config/other.conf", "{{strJoin cfg.password \",\"}} {{cfg.port}}\n");
        this.bench.running();
        assertThat(this.bench.text("config/other.conf")).isEqualTo("hunter2 80\n");
        Preview preview = this.bench.services.preview("web", applied("2-b", Map.of("port", 81L), SecretKeys.NONE));
        assertThat(preview.files()).isNotEmpty()
            .allSatisfy((file) -> assertThat(file.lines()).singleElement().asString().endsWith("have secrets in them"));
        assertThat(preview.toString()).doesNotContain(SECRET);
    }

}
