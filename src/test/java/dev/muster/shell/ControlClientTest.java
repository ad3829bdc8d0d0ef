package dev.muster.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Asks a node whose answers begin at once and do not end. */
class ControlClientTest {

    private static final int ROUNDS = 400;

    private static final TlsOptions TLS = new TlsOptions(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty());

    private ServerSocket node;

    private Thread answering;

    @BeforeEach
    void listen() throws IOException {
        this.node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.answering = new Thread(this::answerWithoutAnEnd);
        this.answering.start();
    }

    @AfterEach
    void end() throws Exception {
        this.node.close();
        this.answering.join();
    }

    private void answerWithoutAnEnd() {
        while (!this.node.isClosed()) {
            try (Socket socket = this.node.accept()) {
                OutputStream out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                for (int header = 0; header < 100_000; header++) {
                    out.write(("X-" + header + ": and so on\r\n").getBytes(StandardCharsets.US_ASCII));
                }
            }
            catch (IOException ex) {
                // The client has gone, or the test is over: the next one.
                continue;
            }
        }
    }

    /** Whatever of the answer's head it reads at that moment. */
    @Test
    @Timeout(60)
    void whoIsInterruptedInTheMidstOfAnAnswerIsToldJustThat() throws Exception {
        URI base = URI.create("http://127.0.0.1:" + this.node.getLocalPort());
        for (int round = 0; round < ROUNDS; round++) {
            ControlClient client = new ControlClient(new Target(base, "a test", "secret", "a test", "", TLS));
            long moment = TimeUnit.MICROSECONDS.toNanos(round * 10L);
            Thread interrupting = new Thread(() -> {
                LockSupport.parkNanos(moment);
                client.interrupt();
            });
            interrupting.start();
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> client.get("/node"));
            interrupting.join();
            assertThat(failure.exit()).as("interrupted after %d ns: %s", moment, failure.getMessage()).isEqualTo(130);
        }
    }

}
