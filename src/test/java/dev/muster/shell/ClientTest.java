package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a client that finds a node which answers as a test says. */
abstract class ClientTest {

    /** The client's root. */
    @TempDir
    Path directory;

    FakeNode node;

    Client client;

    @BeforeEach
    void startNode() throws IOException {
        this.node = new FakeNode();
        this.client = new Client(this.directory, this.node.url());
    }

    @AfterEach
    void stopNode() {
        this.node.close();
    }

}
