package dev.muster.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.muster.shell.ControlClient.Event;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Reads server-sent events on a thread of its own: a read of an answer that has begun
 * cannot be interrupted, and whoever waits here can. One event at most is read ahead.
 */
final class EventReader implements AutoCloseable {

    private final InputStream stream;

    /** Guarded by {@code this}, as are the next ones. */
    private @Nullable Event read;

    private boolean ended;

    private boolean closed;

    EventReader(InputStream stream) {
        this.stream = stream;
        Thread thread = new Thread(this::run, "muster-events");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(this.stream, StandardCharsets.UTF_8))) {
            tell(reader);
        }
        catch (IOException | JacksonException ex) {
            // It ended in the middle, or is not a node's: which the listener knows from
            // what it has not
            // heard.
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        finally {
            end();
        }
    }

    private synchronized void end() {
        this.ended = true;
        notifyAll();
    }

    private void tell(BufferedReader reader) throws IOException, InterruptedException {
        String id = "";
        String name = "";
        StringBuilder data = new StringBuilder();
        for (String line = reader.readLine(); line != null && !isClosed(); line = reader.readLine()) {
            if (line.startsWith("id:")) {
                id = line.substring("id:".length()).strip();
            }
            else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            }
            else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length()));
            }
            else if (line.isEmpty() && data.length() > 0) {
                give(new Event(id, name, Json.parse(data.toString())));
                id = "";
                name = "";
                data.setLength(0);
            }
        }
    }

    private synchronized boolean isClosed() {
        return this.closed;
    }

    private synchronized void give(Event event) throws InterruptedException {
        while (this.read != null && !this.closed) {
            wait();
        }
        this.read = event;
        notifyAll();
    }

    /** Waits for the next one; empty after the last. */
    synchronized Optional<Event> next() throws InterruptedException {
        while (this.read == null && !this.ended) {
            wait();
        }
        Optional<Event> next = Optional.ofNullable(this.read);
        this.read = null;
        notifyAll();
        return next;
    }

    /** Nothing more is wanted; the connection ends with the next sign of life on it. */
    @Override
    public synchronized void close() {
        this.closed = true;
        notifyAll();
    }

}
