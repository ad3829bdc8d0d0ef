package dev.muster.source;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * A web server of files on a loopback address, some of which may be answered otherwise.
 */
public final class FileServer implements AutoCloseable {

    private final Path directory;

    private final HttpServer server;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    private final Map<String, HttpHandler> other = new ConcurrentHashMap<>();

    public FileServer(Path directory) throws IOException {
        this.directory = directory;
        this.server = HttpServer.create(new InetSocketAddress("127.83.0.1", 0), 0);
        this.server.setExecutor(this.threads);
        this.server.createContext("/", this::answer);
        this.server.start();
    }

    public String url() {
        return "http://127.83.0.1:" + this.server.getAddress().getPort();
    }

    /** A path is answered by this. */
    void answers(String path, HttpHandler handler) {
        this.other.put(path, handler);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpHandler handler = this.other.get(exchange.getRequestURI().getPath());
            Path file = this.directory.resolve(exchange.getRequestURI().getPath().substring(1));
            if (handler != null) {
                handler.handle(exchange);
            }
            else if (Files.isRegularFile(file)) {
                byte[] bytes = Files.readAllBytes(file);
                exchange.sendResponseHeaders(200, (bytes.length > 0) ? bytes.length : -1);
                exchange.getResponseBody().write(bytes);
            }
            else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    @Override
    public void close() {
        this.server.stop(0);
        this.threads.shutdownNow();
    }

}
