package dev.muster.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

import org.jspecify.annotations.Nullable;

/**
 * A connection of the ring as JGroups sees it: bytes in and bytes out, whether they
 * travel as TLS or not. JGroups' own way with TLS has no limit to how long the other side
 * may take to prove itself, and closing it may wait for a member that hangs; here both
 * have one.
 */
final class RingSocket extends Socket {

    private final Socket network;

    private final RingDoor door;

    private volatile RingDoor.@Nullable Passage passage;

    /** One that is to be connected. */
    RingSocket(RingDoor door) {
        this.network = new Socket();
        this.door = door;
    }

    /** One that has come in, and was let in. */
    RingSocket(Socket network, RingDoor door, RingDoor.Passage passage) {
        this.network = network;
        this.door = door;
        this.passage = passage;
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        this.network.connect(address, timeout);
        try {
            this.passage = this.door.leave(this.network);
        }
        catch (IOException ex) {
            this.network.close();
            throw ex;
        }
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    private RingDoor.Passage passage() throws SocketException {
        RingDoor.Passage known = this.passage;
        if (known == null) {
            throw new SocketException("Socket is not connected");
        }
        return known;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return passage().in();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return passage().out();
    }

    /**
     * Closes the connection below at once. TLS would say goodbye first, and wait for a
     * member that reads nothing; messages carry their length, so nothing is lost by
     * silence.
     */
    @Override
    public void close() throws IOException {
        this.network.close();
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        this.network.bind(address);
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return this.network.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return this.network.getLocalAddress();
    }

    @Override
    public int getPort() {
        return this.network.getPort();
    }

    @Override
    public int getLocalPort() {
        return this.network.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return this.network.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return this.network.getLocalSocketAddress();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        this.network.setTcpNoDelay(on);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        this.network.setKeepAlive(on);
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        this.network.setSoLinger(on, seconds);
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        this.network.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return this.network.getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int bytes) throws SocketException {
        this.network.setSendBufferSize(bytes);
    }

    @Override
    public void setReceiveBufferSize(int bytes) throws SocketException {
        this.network.setReceiveBufferSize(bytes);
    }

    @Override
    public void shutdownInput() throws IOException {
        this.network.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        this.network.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return this.passage != null;
    }

    @Override
    public boolean isBound() {
        return this.network.isBound();
    }

    @Override
    public boolean isClosed() {
        return this.network.isClosed();
    }

    @Override
    public String toString() {
        return "RingSocket[" + this.network + "]";
    }

}
