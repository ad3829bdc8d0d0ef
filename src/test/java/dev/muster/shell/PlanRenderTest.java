package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlanRenderTest {

    @TempDir
    Path directory;

    private Client client;

    @BeforeEach
    void makePlan() throws IOException {
        this.client = new Client(this.directory.resolve("root"), "");
        write("default.toml", "port = 6379\nname = \"a\"\n[tls]\non = false\n");
        write("user.toml", "port = 7\n[tls]\non = true\n");
        write("redis.conf", "port {{cfg.port}}\nname {{cfg.name}}\n{{#if cfg.tls.on}}\ntls {{sys.ip}}\n{{/if}}\n");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(this.directory.resolve(name), text);
    }

    /** Each word that is a file here is given with its path. */
    private int render(String line) {
        List<String> words = new ArrayList<>(List.of("plan", "render"));
        for (String word : line.split(" ")) {
            words
                .add(word.matches("[a-z]+[.][a-z]+|results.*|none.*") ? this.directory.resolve(word).toString() : word);
        }
        if (!line.contains("-d ")) {
            words.add("--default-toml=" + this.directory.resolve("default.toml"));
        }
        return this.client.exactly(words);
    }

    @Test
    void theResultIsAFileOfTheSameName() throws IOException {
        assertThat(render("redis.conf -r results/deep")).isZero();
        Path result = this.directory.resolve("results/deep/redis.conf");
        assertThat(result).hasContent("port 6379\nname a\n");
        assertThat(this.client.out()).isEmpty();
        assertThat(this.client.err()).contains("redis.conf gives " + result).hasLineCount(1);
        // And again, with other values.
        assertThat(render("redis.conf -r results/deep -q -u user.toml")).isZero();
        assertThat(result).hasContent("port 7\nname a\ntls \n");
        assertThat(this.client.err()).isEmpty();
    }

    @Test
    void theResultCanBePrintedAndNothingWritten() {
        assertThat(render("redis.conf -p -n -u user.toml -r results")).isZero();
        assertThat(this.client.out()).isEqualTo("port 7\nname a\ntls \n");
        assertThat(this.client.err()).isEmpty();
        assertThat(this.directory.resolve("results")).doesNotExist();
        assertThat(render("redis.conf --no-render")).isZero();
        assertThat(this.client.out()).isEmpty();
    }

    @Test
    void mockDataStandsAboveAllInJsonAndInToml() throws IOException {
        write("mock.json", "{\"sys\": {\"ip\": \"10.1.1.1\"}, \"cfg\": {\"name\": \"m\"}}");
        assertThat(render("redis.conf -n -p -u user.toml -m mock.json")).isZero();
        assertThat(this.client.out()).isEqualTo("port 7\nname m\ntls 10.1.1.1\n");
        write("mock.toml", "sys.ip = \"10.1.1.2\"\n[cfg]\nport = 8\n[bidn.database]\nx = 1\n");
        assertThat(render("redis.conf -n -p -u user.toml -m mock.toml")).isZero();
        assertThat(this.client.out()).isEqualTo("port 8\nname a\ntls 10.1.1.2\n");
        assertThat(this.client.err()).contains("bidn", "bind, cfg, pkg, svc, sys").hasLineCount(1);
    }

    @Test
    void packagesAreFoundAmongThoseThatTheMockDataLists() throws IOException {
        write("run.hook", "{{pkgPathFor \"core/bash\"}}/bin/sh [{{pkgPathFor \"core/none\"}}]");
        write("mock.toml", "[[pkg.deps]]\norigin = \"core\"\nname = \"bash\"\nversion = \"5.1\"\n"
                + "release = \"20230301000000\"\n");
        assertThat(render("run.hook -n -p -m mock.toml")).isZero();
        assertThat(this.client.out()).isEqualTo("/hab/pkgs/core/bash/5.1/20230301000000/bin/sh []");
        write("run.hook", "\n{{pkgPathFor \"bash\"}}");
        assertThat(render("run.hook -n -p")).isEqualTo(7);
        assertThat(this.client.err()).contains("run.hook cannot be rendered: line 2, column 3",
                "takes the ident of a package, as core/redis");
    }

    @Test
    void theAnswerCanBeJson() {
        assertThat(render("redis.conf -n -p --format json")).isZero();
        Json json = Json.parse(this.client.out());
        assertThat(json.text("text")).isEqualTo("port 6379\nname a\n");
        assertThat(json.get("file").value()).isNull();
        assertThat(render("redis.conf -r results --format json")).isZero();
        assertThat(Json.parse(this.client.out()).text("file")).endsWith("results/redis.conf");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "none.conf | 5 | There is no file", "redis.conf -u none.toml | 5 | none.toml",
                    "redis.conf -m none.json | 5 | none.json", "redis.conf -d none.toml | 5 | --default-toml FILE",
                    "bad.conf | 7 | bad.conf cannot be rendered: line 2, column 6: there is no helper 'nope'",
                    "redis.conf -u bad.toml | 7 | bad.toml is no TOML: line 2, column 1",
                    "redis.conf -m bad.json | 7 | bad.json is no JSON: line 1, column", "latin.conf | 7 | UTF-8",
                    "redis.conf -r results.file | 1 | --render-dir", "redis.conf --format xml | 2 | text, json",
                    "redis.conf -x | 2 | no option -x", "/ | 2 | is no file" })
    void whatIsWrongIsNamed(String line, int exit, String problem) throws IOException {
        write("bad.conf", "a\n a {{nope 1}}");
        write("bad.toml", "a = 1\na = 2\n");
        write("bad.json", "{\"cfg\": [}");
        write("results.file", "no directory");
        Files.write(this.directory.resolve("latin.conf"), new byte[] { 'a', (byte) 0xE9, 'b' });
        assertThat(render(line)).isEqualTo(exit);
        assertThat(this.client.err()).contains(problem).hasLineCount(1);
        assertThat(this.client.out()).isEmpty();
    }

    @Test
    void aProblemInJsonHasThePlace() throws IOException {
        Path bad = write("bad.conf", "a\n a {{nope 1}}");
        assertThat(render("bad.conf -n --format json")).isEqualTo(7);
        Json problem = Json.parse(this.client.err());
        assertThat(problem.text("type")).isEqualTo("urn:muster:problem:invalid-syntax");
        assertThat(problem.text("file")).isEqualTo(bad.toString());
        assertThat(List.of(problem.text("line"), problem.text("column"))).containsExactly("2", "6");
    }

    @Test
    void aTemplateIsNeverReplacedByItsResult() {
        Path template = this.directory.resolve("redis.conf");
        assertThat(this.client.exactly("plan", "render", template.toString(), "-r", this.directory + "/x/..", "-d",
                this.directory + "/default.toml"))
            .isEqualTo(2);
        assertThat(this.client.err()).contains("replace its own template");
        assertThat(template).content().contains("{{cfg.port}}");
    }

}
