package dev.muster.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;

import org.apache.commons.compress.archivers.tar.TarConstants;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is not taken; nothing of it is left behind, inside the root or outside. */
class RefusedArchiveTest {

    private static final String IDENT = "test/web/1.0.0/20260101000000";

    private static final String TOP = "hab/pkgs/" + IDENT + "/";

    private static final TestArchive.Key KEY = TestArchive.Key.of("test-20260101000000");

    @TempDir
    Path directory;

    private StoreBench bench;

    @BeforeEach
    void make() throws IOException {
        this.bench = new StoreBench(this.directory.resolve("root"));
        KEY.trustedIn(this.bench.keys);
    }

    private ThrowableAssertAlternative<InvalidArchiveException> refused(byte[] archive) throws IOException {
        TreeSet<String> before = this.bench.everything();
        ThrowableAssertAlternative<InvalidArchiveException> thrown = assertThatExceptionOfType(
                InvalidArchiveException.class)
            .isThrownBy(() -> this.bench.install(IDENT, archive));
        assertThat(this.bench.everything()).isEqualTo(before);
        assertThat(this.directory).isDirectoryNotContaining("glob:**/evil*");
        assertThat(this.bench.ran).isEmpty();
        return thrown;
    }

    private static TestArchive service() throws IOException {
        return TestArchive.service(IDENT);
    }

    @ParameterizedTest
    @CsvSource({ "'',is empty", "HART-2 and more,begins with 484152542d3220", "PK and a zip,begins with 504b",
            "<html>not found</html>,begins with 3c68746d6c3e" })
    void whatBeginsLikeNoPackageIsRefused(String content, String problem) throws IOException {
        refused(content.getBytes(StandardCharsets.UTF_8)).withMessageContaining(problem);
    }

    @Test
    void aPackageThatIsCutAnywhereIsRefused() throws IOException {
        byte[] zipped = service().file("data", "0123456789abcdef".repeat(5_000)).gzip();
        byte[] hart = service().hart(KEY);
        byte[] xz = service().xz(1);
        for (byte[] whole : new byte[][] { zipped, hart, xz }) {
            for (int cut = 1; cut < whole.length; cut += Math.max(1, whole.length / 60)) {
                byte[] part = Arrays.copyOf(whole, cut);
                assertThatExceptionOfType(InvalidArchiveException.class).as("cut at %s of %s", cut, whole.length)
                    .isThrownBy(() -> this.bench.install(IDENT, part));
            }
            refused(Arrays.copyOf(whole, whole.length - 1));
        }
        assertThat(this.bench.own.resolve("test")).doesNotExist();
    }

    @Test
    void aPackageWithOneBitChangedIsRefused() throws IOException {
        byte[] hart = service().hart(KEY);
        for (int at = 0; at < hart.length; at += Math.max(1, hart.length / 100)) {
            byte[] changed = hart.clone();
            changed[at] ^= 1;
            assertThatExceptionOfType(InvalidArchiveException.class).as("changed at %s", at)
                .isThrownBy(() -> this.bench.install(IDENT, changed));
        }
        assertThat(this.bench.own.resolve("test")).doesNotExist();
    }

    @Test
    void aKeyThatIsNotAtHandIsNamedWithItsFile() throws IOException {
        TestArchive.Key other = TestArchive.Key.of("test-20250101000000");
        refused(service().hart(other))
            .withMessageContaining(this.bench.keys.resolve("test-20250101000000.pub") + " is not there")
            .withMessageContaining("Put the public key there");
    }

    @Test
    void aSignatureOfAnotherKeyIsRefused() throws IOException {
        TestArchive.Key thief = TestArchive.Key.of(KEY.name());
        refused(service().hart(thief)).withMessageContaining("was not made with the key " + KEY.name());
    }

    @Test
    void contentsThatWereNotSignedAreRefused() throws IOException {
        String header = new String(service().hart(KEY), StandardCharsets.ISO_8859_1);
        header = header.substring(0, header.indexOf("\n\n") + 2);
        byte[] payload = service().file("evil", "x").xz(0);
        byte[] forged = Arrays.copyOf(header.getBytes(StandardCharsets.ISO_8859_1), header.length() + payload.length);
        System.arraycopy(payload, 0, forged, header.length(), payload.length);
        refused(forged).withMessageContaining("not those that " + KEY.name() + " has signed");
    }

    @Test
    void aKeyOfAnotherOriginSpeaksForNobodyElse() throws IOException {
        TestArchive.Key other = TestArchive.Key.of("other-20260101000000").trustedIn(this.bench.keys);
        refused(service().hart(other)).withMessageContaining("a package of origin test is signed with a key of test");
    }

    @ParameterizedTest
    @ValueSource(strings = { "../../evil-20260101000000", "test", "test-2026", "a b-20260101000000" })
    void aKeyWithoutAProperNameIsNotLookedFor(String name) throws IOException {
        refused(service().hart(new TestArchive.Key(name, KEY.secret()))).withMessageContaining("is no name of a key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "SIG-SEC-1\\nNAME\\n\\nAAAA | does not begin with SIG-PUB-1",
                    "SIG-PUB-1\\nother-20260101000000\\n\\nAAAA | holds the key other-20260101000000",
                    "SIG-PUB-1\\nNAME\\n\\nAAAA | has 3 bytes instead of 32",
                    "SIG-PUB-1\\nNAME\\n\\n!!! | is no base64", "SIG-PUB-1 | does not begin with" })
    void aDamagedKeyIsNamed(String content, String problem) throws IOException {
        Path file = this.bench.keys.resolve(KEY.name() + ".pub");
        Files.writeString(file, content.replace("\\n", "\n").replace("NAME", KEY.name()));
        refused(service().hart(KEY)).withMessageContaining(file.toString()).withMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({ "1,HART-1x,begins with", "3,SHA256,hashed with 'SHA256'", "4,AAAA,has 3 bytes", "4,???,no base64",
            "5,x,Line 5" })
    void aHeaderThatIsWrongIsNamedByItsLine(int line, String text, String problem) throws IOException {
        String[] lines = new String(service().hart(KEY), StandardCharsets.ISO_8859_1).split("\n", 6);
        lines[line - 1] = text;
        refused(String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1)).withMessageContaining(problem);
    }

    @Test
    void anotherMachinesPackageIsRefused() throws IOException {
        for (String target : new String[] { "x86_64-windows", "x86_64-linux-kernel2", "riscv64-linux" }) {
            refused(new TestArchive(TOP).file("IDENT", IDENT).file("TARGET", target).gzip())
                .withMessageContaining("is for " + target + ", and this machine is " + TestArchive.TARGET);
        }
        refused(new TestArchive(TOP).file("IDENT", IDENT).gzip()).withMessageContaining("has no file TARGET");
    }

    @Test
    void anotherPackageThanTheOneAskedForIsRefusedWithBoth() throws IOException {
        refused(TestArchive.service("test/web/1.0.0/20260202000000").gzip())
            .withMessageContaining("test/web/1.0.0/20260202000000")
            .withMessageContaining(IDENT);
        refused(new TestArchive(TOP).file("IDENT", "test/web").gzip()).withMessageContaining("without version");
        refused(new TestArchive(TOP).file("IDENT", "../../x").gzip()).withMessageContaining("IDENT is wrong");
        refused(new TestArchive(TOP).file("TARGET", TestArchive.TARGET).gzip()).withMessageContaining("no file IDENT");
    }

    @Test
    void aDamagedPackageIsNamedByItsFile() throws IOException {
        refused(new TestArchive(TOP).file("IDENT", IDENT)
            .file("TARGET", TestArchive.TARGET)
            .file("default.toml", "port = = 1")
            .gzip()).withMessageContaining(": default.toml: ").withMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/evil", "/hab/pkgs/test/web/1.0.0/20260101000000/evil", "../evil",
            "../../../../../../evil", TOP + "../evil", TOP + "bin/../../evil",
            "hab/pkgs/test/web/1.0.0/20260202000000/evil", "evil", "hab/evil", TOP + "a\u0007b" })
    void anEntryOutsideOfThePackageRefusesTheWholeArchive(String name) throws IOException {
        refused(service().entry(name, TarConstants.LF_NORMAL, "", new byte[1], 0644).gzip())
            .withMessageContaining(name.replace('\u0007', '?'));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/etc/passwd", "/", "/hab", "/hab/svc/web/data", "/hab/pkgs/../../etc", "../../../../../x",
            "a/../../x", "bin/..", "/hab/pkgsother" })
    void aLinkThatLeadsOutOfThePackagesIsRefused(String target) throws IOException {
        refused(service().link("out", target).gzip()).withMessageContaining("'out'").withMessageContaining(target);
    }

    @Test
    void aChainOfLinksCannotClimb() throws IOException {
        refused(service().link("a/b/c/d/e/f/up", "../../../../../..").link("out", "a/b/c/d/e/f/up/../../../etc").gzip())
            .withMessageContaining("'out'");
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        refused(service().link("dir", "bin").file("dir/evil", "x").gzip()).withMessageContaining("dir/evil")
            .withMessageContaining("leads through dir");
        refused(service().link("up", "../..").file("up/evil", "x").gzip()).withMessageContaining("up/evil");
        refused(service().link("file", "default.toml").file("file", "evil").gzip()).withMessageContaining("twice");
        refused(service().link("d", "../../../x").entry(TOP + "d/", TarConstants.LF_DIR, "", new byte[0], 0755).gzip())
            .withMessageContaining("something else stands");
        refused(service().file("plain", "x").file("plain/evil", "x").gzip())
            .withMessageContaining("leads through plain");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/etc/passwd", "../../../../../../etc/passwd", "etc/passwd", TOP + "bin/alias",
            TOP + "bin", TOP + "later", TOP + "lnk/tool", TOP })
    void aHardLinkLeadsToAFileOfThePackageOnly(String target) throws IOException {
        refused(service().link("lnk", "bin").hardLink("hard", target).gzip());
    }

    @ParameterizedTest
    @CsvSource({ "51,device", "52,device", "54,named pipe", "83,sparse", "90,thing of type 'Z'" })
    void whatIsNeitherFileDirectoryNorLinkIsRefused(byte type, String kind) throws IOException {
        refused(service().entry(TOP + "odd", type, "", new byte[0], 0644).gzip()).withMessageContaining(TOP + "odd")
            .withMessageContaining(kind);
    }

    @Test
    void aPackageIsADirectory() throws IOException {
        refused(new TestArchive("").file("IDENT", IDENT)
            .entry(".", TarConstants.LF_SYMLINK, "/etc", new byte[0], 0777)
            .gzip()).withMessageContaining("must be a directory");
    }

    @Test
    void aFileThatIsInItTwiceIsRefused() throws IOException {
        refused(service().file("default.toml", "port = 2").gzip()).withMessageContaining("twice");
    }

    @Test
    void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
        this.bench.limits = new Limits(100, 1 << 20);
        refused(service().zeros("a", 600_000).zeros("b", 600_000).gzip())
            .withMessageContaining("more than 1048576 bytes")
            .withMessageContaining("MUSTER_PKG_LIMIT")
            .satisfies((ex) -> assertThat(ex.tooLarge()).isTrue());
        TestArchive many = service();
        for (int i = 0; i < 100; i++) {
            many.file("f" + i, "");
        }
        refused(many.gzip()).withMessageContaining("more than 100 entries");
        byte[] tail = Arrays.copyOf(service().tar(), 40 << 20);
        refused(TestArchive.gzip(tail)).withMessageContaining("belong to nothing");
    }

    @Test
    void anArchiveLargerThanPackagesMayBeIsNotReceived() throws IOException {
        this.bench.limits = new Limits(100, 1_000);
        refused(new byte[1_001]).withMessageContaining("more than 1000 bytes")
            .satisfies((ex) -> assertThat(ex.tooLarge()).isTrue());
    }

    @Test
    void headersThatWouldFillTheMemoryAreRefused() throws IOException {
        byte[] name = new byte[1 << 20];
        Arrays.fill(name, (byte) 'a');
        for (byte type : new byte[] { TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_GNUTYPE_LONGLINK,
                TarConstants.LF_PAX_EXTENDED_HEADER_LC, TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER }) {
            refused(service().entry("x", type, "", name, 0644).file("after", "x").gzip())
                .withMessageContaining("header of 1048576 bytes");
        }
        TestArchive chain = service();
        for (int i = 0; i < 10_000; i++) {
            chain.entry("x", TarConstants.LF_GNUTYPE_LONGNAME, "", new byte[] { 'a', 0 }, 0644);
        }
        refused(chain.file("after", "x").gzip()).withMessageContaining("headers before one entry");
        TestArchive globals = service();
        for (int i = 0; i < 40; i++) {
            globals
                .entry("x", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, "",
                        ("12 key=" + (char) ('a' + i % 26) + "xxx\n").getBytes(StandardCharsets.US_ASCII), 0644)
                .file("g" + i, "");
        }
        refused(globals.gzip()).withMessageContaining("global headers");
    }

    @Test
    void xzThatWouldTakeTheNodesMemoryIsRefused() throws IOException {
        refused(service().xz(9)).withMessageContaining("KiB of memory")
            .withMessageContaining("xz -6")
            .satisfies((ex) -> assertThat(ex.tooLarge()).isTrue());
    }

    @Test
    void templatesThatWouldTakeTheNodesMemoryAreRefused() throws IOException {
        refused(service().zeros("config/large", 9 << 20).gzip()).withMessageContaining("templates, hooks and metadata");
        TestArchive linked = service().zeros("large", 9 << 20).link("config/l", "../large");
        refused(linked.gzip()).withMessageContaining("templates, hooks and metadata");
    }

    @Test
    void linksInACircleAreRefused() throws IOException {
        refused(service().link("config/loop", "../config").gzip()).withMessageContaining("in a circle");
    }

    @Test
    void anEntryThatLiesTooDeepIsRefused() throws IOException {
        refused(service().file("d/".repeat(200) + "x", "x").gzip()).withMessageContaining("deeper than");
    }

}
