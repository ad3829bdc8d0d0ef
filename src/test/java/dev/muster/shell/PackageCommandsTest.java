package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.muster.archive.TestArchive;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PackageCommandsTest extends ClientTest {

    private static final String IDENT = "test/web/1.0.0/20260101000000";

    private static final String LINE = "{\"ident\":\"" + IDENT + "\",\"path\":\"/r/pkgs/" + IDENT
            + "\",\"service\":true,\"installHook\":\"none\",\"removable\":true}";

    private static final String DONE = "{\"ident\":\"" + IDENT + "\",\"path\":\"/r/pkgs/x\",\"installed\":\"now\","
            + "\"signedBy\":null,\"installHook\":\"none\",\"missing\":[]}";

    private Path archive(byte[] content) throws IOException {
        return Files.write(this.directory.resolve("archive"), content);
    }

    @Test
    void anArchiveIsSentWholeToThePlaceOfItsIdent() throws IOException {
        this.node.on("GET /v1/packages", 200, "[]").on("PUT /v1/packages/" + IDENT, 201, DONE);
        Path file = archive(TestArchive.service(IDENT).gzip());
        assertThat(this.client.run("pkg install " + file)).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines(IDENT + " installed in /r/pkgs/x, without a signature");
        assertThat(this.client.err()).isEmpty();
        assertThat(this.node.last("PUT").headers()).containsEntry("Content-type", "application/octet-stream")
            .containsEntry("Content-length", Long.toString(Files.size(file)))
            .containsKey("Idempotency-key");
        assertThat(this.node.last("PUT").query()).isEmpty();
        assertThat(this.client.run("pkg install " + file + " --force --format json")).isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo("force=true");
        assertThat(this.client.out().strip()).isEqualTo(DONE);
    }

    @Test
    void aDirectoryIsPackedAndWhatIsMissingIsTold() throws IOException {
        Path source = Files.createDirectories(this.directory.resolve("source/hooks")).getParent();
        Files.writeString(source.resolve("IDENT"), IDENT + "\n");
        Files.writeString(source.resolve("hooks/run"), "x");
        this.node.on("GET /v1/packages", 200, "[]")
            .on("PUT /v1/packages/" + IDENT, 201,
                    DONE.replace("\"missing\":[]", "\"missing\":[\"core/a/1/20260101000000\"]"));
        assertThat(this.client.run("pkg install " + source)).isZero();
        assertThat(this.client.err()).contains("not installed: core/a/1/20260101000000");
        assertThat(this.node.last("PUT").body()).isNotEmpty();
    }

    @Test
    void installedAlreadyIsASuccess() throws IOException {
        this.node.on("GET /v1/packages", 200, "[]")
            .on("PUT /v1/packages/" + IDENT, 200, DONE.replace("\"now\"", "\"already\""));
        assertThat(this.client.run("pkg install " + archive(TestArchive.service(IDENT).gzip()))).isZero();
        assertThat(this.client.out()).contains(IDENT + " is installed already in /r/pkgs/x");
    }

    @Test
    void aKeyThatHasSignedIsNamed() throws IOException {
        this.node.on("GET /v1/packages", 200, "[]")
            .on("PUT /v1/packages/" + IDENT, 201, DONE.replace("null", "\"test-20260101000000\""));
        byte[] hart = TestArchive.service(IDENT).hart(TestArchive.Key.of("test-20260101000000"));
        assertThat(this.client.run("pkg install " + archive(hart))).isZero();
        assertThat(this.client.out()).contains("signed by test-20260101000000");
    }

    @Test
    void whatIsNoPackageIsNotSent() throws IOException {
        assertThat(this.client.run("pkg install " + archive("PK".getBytes()))).isEqualTo(7);
        assertThat(this.client.err()).contains("This is no package");
        assertThat(this.client.run("pkg install " + this.directory.resolve("nothing"))).isEqualTo(7);
        assertThat(this.client.err()).contains("There is no file");
        assertThat(this.client.run("pkg install " + this.directory)).isEqualTo(7);
        assertThat(this.client.err()).contains("has no file IDENT");
        assertThat(this.client.run("pkg install")).isEqualTo(2);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aRefusalHasItsExitCode() throws IOException {
        Path file = archive(TestArchive.service(IDENT).gzip());
        this.node.on("GET /v1/packages", 200, "[]")
            .on("PUT /v1/packages/" + IDENT, 422,
                    "{\"type\":\"urn:muster:problem:invalid-config\",\"detail\":\"No key.\"}")
            .on("PUT /v1/packages/" + IDENT, 409, "{\"type\":\"urn:muster:problem:conflict\",\"detail\":\"Runs.\"}")
            .on("PUT /v1/packages/" + IDENT, 500,
                    "{\"type\":\"urn:muster:problem:internal\",\"detail\":\"Its hook failed.\",\"code\":3}");
        assertThat(this.client.run("pkg install " + file)).isEqualTo(7);
        assertThat(this.client.err()).contains("No key.");
        assertThat(this.client.run("pkg install " + file)).isEqualTo(6);
        assertThat(this.client.run("pkg install " + file + " --format json")).isEqualTo(1);
        assertThat(Json.parse(this.client.err()).text("code")).isEqualTo("3");
    }

    @Test
    void nothingIsSentToANodeThatDoesNotAnswer() throws IOException {
        this.node.close();
        assertThat(this.client.run("pkg install " + archive(TestArchive.service(IDENT).gzip()))).isEqualTo(3);
        assertThat(this.client.run("pkg list")).isEqualTo(3);
        assertThat(this.client.run("pkg uninstall test/web")).isEqualTo(3);
    }

    @Test
    void packagesAreShownInATable() {
        this.node.on("GET /v1/packages", 200, "[" + LINE + "]").on("GET /v1/packages", 200, "[]");
        assertThat(this.client.run("pkg list test/web")).isZero();
        assertThat(this.node.last("GET").query()).isEqualTo("ident=test%2Fweb");
        assertThat(this.client.out()).startsWith("package")
            .contains(IDENT + "  yes      none          /r/pkgs/" + IDENT);
        assertThat(this.client.run("pkg list")).isZero();
        assertThat(this.client.out()).contains("No packages installed.");
        assertThat(this.client.run("pkg list web")).isEqualTo(7);
    }

    @Test
    void packagesAreRemoved() {
        this.node.on("DELETE /v1/packages/test/web", 200, "{\"removed\":[\"" + IDENT + "\"]}")
            .on("DELETE /v1/packages/test/web/1.0%2B1", 404,
                    "{\"type\":\"urn:muster:problem:not-found\",\"detail\":\"No.\"}");
        assertThat(this.client.run("pkg uninstall test/web --all")).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines(IDENT + " removed");
        assertThat(this.node.last("DELETE").query()).isEqualTo("all=true");
        assertThat(this.client.run("pkg uninstall test/web/1.0+1")).isEqualTo(5);
        assertThat(this.client.run("pkg uninstall ../../x")).isEqualTo(7);
    }

}
