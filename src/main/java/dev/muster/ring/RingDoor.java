package dev.muster.ring;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.function.BiConsumer;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import org.jgroups.Version;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a connection show each other before anything else is read: that they
 * hold the ring key, where the ring has one, and that they speak what we speak.
 */
final class RingDoor {

    /** For the proof of the side that was called, in milliseconds, per answer. */
    private static final int CALLED = 2_000;

    /** What JGroups says first on every connection. */
    private static final byte[] GREETING = { 'b', 'e', 'l', 'a' };

    /** The greeting, the version and the length of the address that follow it. */
    private static final int FIXED = GREETING.length + 2 * Short.BYTES;

    private static final int LONGEST_ADDRESS = 64;

    /** For the operator of the one that calls, who may not know. */
    private static final String KEY_CHANGED = "; if the ring's key was changed while this node was away, bring it the"
            + " new one: 'muster ring key export RING' on a member, 'muster ring key import' here, then restart this"
            + " node";

    private final BiConsumer<String, String> rejected;

    private volatile @Nullable RingCredentials credentials;

    /**
     * @param credentials null where the ring has no key
     * @param rejected hears of each that turned out not to be of our ring: its address,
     * and why; any thread
     */
    RingDoor(@Nullable RingCredentials credentials, BiConsumer<String, String> rejected) {
        this.credentials = credentials;
        this.rejected = rejected;
    }

    /** For one that called us. */
    void rejected(InetSocketAddress caller, String why) {
        // It does so from a port that says nothing.
        this.rejected.accept(Endpoint.of(caller).host(), why);
    }

    /**
     * For connections from now on.
     * @return whether one of those that are there may have been made with a key that is
     * no longer accepted
     * @throws IllegalStateException when the ring has no key
     */
    boolean change(RingCredentials with) {
        RingCredentials before = this.credentials;
        if (before == null) {
            throw new IllegalStateException("The ring has no key, so there is none to change");
        }
        this.credentials = with;
        return !with.accepted().containsAll(before.accepted());
    }

    /**
     * For one that was called by us.
     * @throws RejectedConnectionException when the other side is not of our ring, or
     * takes us for such
     * @throws IOException when the connection is lost
     */
    Passage leave(Socket network) throws IOException {
        RingCredentials known = this.credentials;
        if (known == null) {
            return new Passage(new PlainAnswers(network.getInputStream(), () -> lateRejection(network)),
                    network.getOutputStream());
        }
        int before = network.getSoTimeout();
        network.setSoTimeout(CALLED);
        SSLSocket tls = handshake(network, known, true);
        network.setSoTimeout(before);
        return new Passage(tls.getInputStream(), tls.getOutputStream());
    }

    private void lateRejection(Socket network) {
        this.rejected.accept(Endpoint.of((InetSocketAddress) network.getRemoteSocketAddress()).toString(),
                "it has a ring key, which this node has not");
    }

    /**
     * For one that called us. Waits for as long as the other side takes; who calls this
     * closes the socket when that is too long.
     * @throws RejectedConnectionException when the other side is not of our ring
     * @throws IOException when the connection is lost
     */
    Passage enter(Socket network) throws IOException {
        RingCredentials known = this.credentials;
        if (known == null) {
            return new Passage(greeted(network.getInputStream()), network.getOutputStream());
        }
        SSLSocket tls = handshake(network, known, false);
        return new Passage(greeted(tls.getInputStream()), tls.getOutputStream());
    }

    private static SSLSocket handshake(Socket network, RingCredentials known, boolean called) throws IOException {
        String host = network.getInetAddress().getHostAddress();
        SSLSocket tls = (SSLSocket) known.context()
            .getSocketFactory()
            .createSocket(network, host, network.getPort(), true);
        tls.setUseClientMode(called);
        if (!called) {
            tls.setNeedClientAuth(true);
        }
        try {
            tls.startHandshake();
            return tls;
        }
        catch (SSLException ex) {
            throw new RejectedConnectionException(reason(ex, called), ex);
        }
        catch (SocketTimeoutException ex) {
            throw new RejectedConnectionException("it did not prove within " + CALLED / 1000
                    + " seconds that it holds the ring key; does it run without one?", ex);
        }
    }

    private static String reason(SSLException failure, boolean called) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return cause.getMessage() + (called ? KEY_CHANGED : "");
            }
            if (cause instanceof EOFException || cause instanceof SocketException) {
                return called
                        ? "it ended the connection instead of proving that it holds the ring key; it has another"
                                + " key or none"
                        : "it ended the connection before it proved that it holds the ring key";
            }
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("fatal alert")) {
            return "it does not accept the ring key that is active here" + (called ? KEY_CHANGED : "");
        }
        if (message.contains("Unsupported or unrecognized SSL message") || message.contains("plaintext")) {
            return "it speaks without a ring key, which this ring has";
        }
        return "it did not prove that it holds the ring key: " + message;
    }

    /** Returns with the greeting unread, once all of it is there. */
    private static InputStream greeted(InputStream in) throws IOException {
        byte[] fixed = in.readNBytes(FIXED);
        if (fixed.length < FIXED) {
            throw new RejectedConnectionException("it ended the connection without a word", null);
        }
        for (int index = 0; index < GREETING.length; index++) {
            if (fixed[index] != GREETING[index]) {
                throw new RejectedConnectionException((fixed[0] == 0x16) ? "it has a ring key, which this node has not"
                        : "it does not speak the protocol of a ring", null);
            }
        }
        short version = (short) ((fixed[4] & 0xff) << 8 | fixed[5] & 0xff);
        if (!Version.isBinaryCompatible(version)) {
            throw new RejectedConnectionException("it speaks version " + Version.print(version)
                    + " of the transport, which does not go with ours, " + Version.printVersion(), null);
        }
        int length = (fixed[6] & 0xff) << 8 | fixed[7] & 0xff;
        if (length > LONGEST_ADDRESS) {
            throw new RejectedConnectionException("it says that its address has " + length + " bytes", null);
        }
        byte[] address = in.readNBytes(length);
        byte[] greeting = Arrays.copyOf(fixed, FIXED + address.length);
        System.arraycopy(address, 0, greeting, FIXED, address.length);
        return new Greeted(greeting, in);
    }

    /**
     * A greeting, and what comes after it; whoever reads gets the one without waiting for
     * the other. JGroups gives up a connection whose greeting it does not get at once,
     * and keeps everybody else waiting meanwhile.
     */
    private static final class Greeted extends FilterInputStream {

        private final ByteArrayInputStream greeting;

        private Greeted(byte[] greeting, InputStream rest) {
            super(rest);
            this.greeting = new ByteArrayInputStream(greeting);
        }

        @Override
        public int read() throws IOException {
            return (this.greeting.available() > 0) ? this.greeting.read() : super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return (this.greeting.available() > 0) ? this.greeting.read(bytes, offset, length)
                    : super.read(bytes, offset, length);
        }

    }

    /** What a connection is once both sides are content. */
    record Passage(InputStream in, OutputStream out) {
    }

}
