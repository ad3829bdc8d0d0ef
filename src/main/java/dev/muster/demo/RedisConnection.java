package dev.muster.demo;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks one Redis.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">its
 * protocol</a>
 */
final class RedisConnection implements Closeable {

    private static final int PATIENCE_MILLIS = 2_000;

    private final Socket socket = new Socket();

    private final DataInputStream in;

    /**
     * @throws IOException when nobody listens there
     */
    RedisConnection(String address, int port) throws IOException {
        try {
            this.socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            this.socket.setSoTimeout(PATIENCE_MILLIS);
            this.in = new DataInputStream(new BufferedInputStream(this.socket.getInputStream()));
        }
        catch (IOException ex) {
            close();
            throw ex;
        }
    }

    /**
     * A command and its answer: texts, none where the answer is that there is nothing.
     * @throws IOException when it is not understood, refused, or not answered in time
     */
    List<String> call(String... words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        this.socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
        this.socket.getOutputStream().flush();
        return reply();
    }

    /** A text, or an array of texts. */
    private List<String> reply() throws IOException {
        String head = line();
        if (head.startsWith("+")) {
            return List.of(head.substring(1));
        }
        if (head.equals("$-1")) {
            return List.of();
        }
        if (head.startsWith("$")) {
            byte[] text = this.in.readNBytes(Integer.parseInt(head.substring(1)));
            line();
            return List.of(new String(text, StandardCharsets.UTF_8));
        }
        if (!head.startsWith("*")) {
            throw new IOException("Redis answered " + head);
        }
        List<String> elements = new ArrayList<>();
        for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
            elements.addAll(reply());
        }
        return elements;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
            if (next < 0) {
                throw new EOFException("Redis ended the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            this.socket.close();
        }
        catch (IOException ex) {
            // Everything that was wanted of it has been read.
        }
    }

}
