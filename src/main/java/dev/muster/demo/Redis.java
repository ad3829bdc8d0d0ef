package dev.muster.demo;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Redis says of itself.
 *
 * @param port that it is configured to listen on
 * @param pid of its process
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">its
 * protocol</a>
 */
record Redis(int port, long pid) {

    private static final int PATIENCE_MILLIS = 2_000;

    /** Asks whoever listens at this address; empty when nobody, or no Redis, does. */
    static Optional<Redis> ask(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            List<String> configured = call(socket.getOutputStream(), in, "CONFIG", "GET", "port");
            List<String> info = call(socket.getOutputStream(), in, "INFO", "server");
            return Optional
                .of(new Redis(Integer.parseInt(configured.get(1)), Long.parseLong(field(info.get(0), "process_id"))));
        }
        catch (IOException | NumberFormatException | IndexOutOfBoundsException ex) {
            return Optional.empty();
        }
    }

    private static List<String> call(OutputStream out, DataInputStream in, String... words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return reply(in);
    }

    /** A text, or an array of texts. */
    private static List<String> reply(DataInputStream in) throws IOException {
        String head = line(in);
        if (head.startsWith("$")) {
            byte[] text = in.readNBytes(Integer.parseInt(head.substring(1)));
            line(in);
            return List.of(new String(text, StandardCharsets.UTF_8));
        }
        if (!head.startsWith("*")) {
            throw new IOException("Redis answered " + head);
        }
        List<String> elements = new ArrayList<>();
        for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
            elements.addAll(reply(in));
        }
        return elements;
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Redis ended the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static String field(String info, String name) {
        return info.lines()
            .filter((line) -> line.startsWith(name + ":"))
            .map((line) -> line.substring(name.length() + 1).strip())
            .findFirst()
            .orElse("");
    }

}
