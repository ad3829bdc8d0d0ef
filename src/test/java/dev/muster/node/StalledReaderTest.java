package dev.muster.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One who follows a log and stops reading; takes as long as the patience with it. */
@Tag("soak")
class StalledReaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static boolean writing(Thread follower) {
        return Arrays.stream(follower.getStackTrace())
            .anyMatch((frame) -> frame.getClassName().startsWith("org.apache.tomcat.util.net")
                    && frame.getMethodName().contains("rite"));
    }

    @Test
    void holdsUpNeitherTheServiceNorTheNodesEnd() throws IOException {
        TestNodes nodes = new TestNodes(this.directory);
        nodes.pack("shouter", Map.of("hooks/run", """
                #!/bin/sh
                line=$(head -c 1500 /dev/zero | tr '\\0' x)
                n=0
                while [ $n -lt 9000 ]; do echo "$line"; n=$((n + 1)); done
                echo done
                exec sleep 600
                """));
        Node node = nodes.start(1);
        ConfigurableApplicationContext gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
        node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/shouter")), false);
        await().atMost(SOON)
            .until(() -> node.services()
                .lines("shouter")
                .tail(1)
                .stream()
                .anyMatch((line) -> line.text().equals("done")));
        // Those that other tests have left may be there a while longer.
        Set<Thread> others = LogFollowerThreads.living();
        try (Socket reader = new Socket()) {
            reader.setReceiveBufferSize(4096);
            reader.connect(new InetSocketAddress(node.options().ctl().host(), node.options().ctl().port()));
            reader.getOutputStream()
                .write(("GET /v1/services/shouter/logs?follow=true&lines=10000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + node.root().controlSecret() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            await().atMost(SOON)
                .during(Duration.ofSeconds(1))
                .until(() -> LogFollowerThreads.living()
                    .stream()
                    .anyMatch((thread) -> !others.contains(thread) && writing(thread)));
            long pid = node.services().status("shouter").pid().orElseThrow();
            long begin = System.nanoTime();
            node.close(true);
            assertThat(ProcessHandle.of(pid)).isEmpty();
            gateways.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            await().atMost(SOON).until(() -> others.containsAll(LogFollowerThreads.living()));
        }
    }

}
