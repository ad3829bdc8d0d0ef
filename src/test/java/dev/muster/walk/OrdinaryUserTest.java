package dev.muster.walk;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.muster.pack.PackagePath;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node of somebody who is not root: what it does, what it says that only root can do,
 * and whose its files are.
 */
class OrdinaryUserTest {

    /** Has no rights anywhere. */
    private static final String USER = "nobody";

    private static final List<String> AS_USER = List.of("setpriv", "--reuid=" + USER, "--regid=65534",
            "--clear-groups");

    private static final int LOW_PORT = 900;

    @TempDir
    private Path directory;

    @Test
    void aNodeThatIsNotRootRunsServicesAsItselfAndSaysWhatItCannot() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")),
                "needs root to become another user; without it every other walk shows this");
        Assumptions.assumeTrue(mayRead(Path.of(System.getProperty("muster.distribution"), "muster.jar")),
                "other users of this host cannot read the distribution");
        try (Walk walk = new Walk(this.directory)) {
            Path root = give(walk);
            Supervisor node = walk.supervisorOf(AS_USER, 1);
            node.muster("", "svc", "load", "core/redis", "--group", "prod", "--wait").succeeds();
            node.muster("port = 2112\n", "config", "apply", "redis.prod", "1", "--wait", "--settle", "500ms")
                .succeeds();
            assertThat(node.redis(2112).pid()).isEqualTo(node.redisPidOnDisk());
            assertThat(node.muster("", "svc", "status").succeeds().out()).containsPattern("1-[0-9a-f]{8} .* nobody ");

            Path file = Files.writeString(this.directory.resolve("users.acl"), "user x\n");
            assertThat(node.muster("", "file", "upload", "redis.prod", file.toString(), "--owner", "root", "--wait")
                .fails(1)
                .err()).contains("this node runs as nobody, which cannot give files away; run it as root");
            node.muster("", "svc", "load", "test/other", "--wait").succeeds();
            assertThat(node.printed()).contains("Service runs as the node's own user, since only a node of root can run"
                    + " one as another: service=other user=nobody named=root");

            assertThat(others(root)).as("files of others").isEmpty();
            assertThat(open(root)).as("what others may read")
                .doesNotContainKeys("svc/redis/config/redis.conf", "svc/redis/hooks/run", "svc/redis/STATE",
                        "sup/default/CTL_SECRET", "sup/default/SEALING_KEY", "sup/default/data",
                        "sup/default/data/NODE_KEY", "cache/keys");
            assertThat(open(root).values()).as("what others may write").noneMatch((mode) -> mode.charAt(7) == 'w');
            // Its root is used once more below, where nothing is to start.
            node.muster("", "svc", "unload", "redis").succeeds();
            node.muster("", "svc", "unload", "other").succeeds();
            node.muster("", "sup", "term").succeeds();
            assertThat(node.awaitEnd()).isZero();
            // Where every port is open to everybody there is nothing to be said.
            if (firstOpenPort() > LOW_PORT) {
                lowPortsAreForRoot(node);
            }
        }
    }

    /** In one read, for what the kernel says has no length and no second part. */
    private static int firstOpenPort() throws IOException {
        try (BufferedReader file = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start"))) {
            return Integer.parseInt(file.readLine().strip());
        }
    }

    private static void lowPortsAreForRoot(Supervisor node) throws Exception {
        for (String listener : List.of("gossip", "ctl")) {
            List<String> words = new ArrayList<>(List.of("sup", "run"));
            for (Map.Entry<String, Integer> each : Map.of("gossip", 9638, "ctl", 9632, "http", 9631).entrySet()) {
                int port = each.getKey().equals(listener) ? LOW_PORT : each.getValue();
                words.addAll(List.of("--listen-" + each.getKey(), node.ip() + ":" + port));
            }
            assertThat(node.muster("", words.toArray(String[]::new)).fails(6).err())
                .contains(node.ip() + ":" + LOW_PORT, "ow ports are for root alone", "--listen-" + listener);
        }
    }

    private boolean mayRead(Path file) throws Exception {
        List<String> command = new ArrayList<>(AS_USER);
        command.addAll(List.of("test", "-r", file.toString()));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    /** A root of his own, with a package that wants to be root. */
    private Path give(Walk walk) throws IOException {
        Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path root = this.directory.resolve("root-1");
        Path release = Files.createDirectories(root.resolve("pkgs/test/other/1.0/20260101000000/hooks")).getParent();
        Files.writeString(release.resolve("IDENT"), "test/other/1.0/20260101000000\n");
        Files.writeString(release.resolve("TARGET"), new PackagePath(List.of(root.resolve("pkgs"))).target());
        Files.writeString(release.resolve("SVC_USER"), "root\n");
        Files.writeString(release.resolve("SVC_GROUP"), "root\n");
        Files.writeString(release.resolve("hooks/run"), "#!/bin/sh\nexec sleep 600\n");
        UserPrincipal user = root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setOwner(file, user);
            }
        }
        return root;
    }

    private static List<Path> others(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> others = new ArrayList<>();
            for (Path file : files.toList()) {
                if (!Files.getOwner(file).getName().equals(USER)) {
                    others.add(file);
                }
            }
            return others;
        }
    }

    /** By their names below the root, with their modes. */
    private static Map<String, String> open(Path root) throws IOException {
        Map<String, String> open = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                String mode = PosixFilePermissions
                    .toString(Files.readAttributes(file, PosixFileAttributes.class).permissions());
                if (!mode.endsWith("---")) {
                    open.put(root.relativize(file).toString(), mode);
                }
            }
        }
        return open;
    }

}
