package dev.muster.ring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Someone between two nodes who writes down what one says to the other. */
public final class Recorder implements AutoCloseable {

    private final ServerSocket port;

    private final Endpoint to;

    private final List<ByteArrayOutputStream> calls = new ArrayList<>();

    private final List<Socket> sockets = new ArrayList<>();

    /** Of what is said to a node, and to be called in its place. */
    public Recorder(Endpoint to) throws IOException {
        this.to = to;
        this.port = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.8"));
        daemon(this::accept);
    }

    /** Where to call instead. */
    public Endpoint at() {
        return new Endpoint("127.0.0.8", this.port.getLocalPort());
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "recorder");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!this.port.isClosed()) {
            try {
                Socket caller = this.port.accept();
                Socket called = new Socket(InetAddress.getByName(this.to.host()), this.to.port());
                ByteArrayOutputStream call = new ByteArrayOutputStream();
                synchronized (this.calls) {
                    this.calls.add(call);
                    this.sockets.add(caller);
                    this.sockets.add(called);
                }
                daemon(() -> copy(caller, called, call));
                daemon(() -> copy(called, caller, null));
            }
            catch (IOException ex) {
                // Closed, or nobody is there yet: the next call finds out.
                continue;
            }
        }
    }

    private void copy(Socket from, Socket to, ByteArrayOutputStream record) {
        byte[] buffer = new byte[65_536];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (record != null) {
                    synchronized (this.calls) {
                        record.write(buffer, 0, read);
                    }
                }
                out.write(buffer, 0, read);
            }
        }
        catch (IOException ex) {
            // One of both has gone, so the other goes as well.
            return;
        }
    }

    List<byte[]> calls() {
        synchronized (this.calls) {
            return this.calls.stream().map(ByteArrayOutputStream::toByteArray).toList();
        }
    }

    /** All that was said to it so far. */
    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        calls().forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        this.port.close();
        synchronized (this.calls) {
            for (Socket socket : this.sockets) {
                socket.close();
            }
        }
    }

}
