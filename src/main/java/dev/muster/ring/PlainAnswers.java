package dev.muster.ring;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;

/**
 * What comes back from one that we called without a key. One that has a key answers with
 * an alert of TLS (RFC 8446, section 6), whose first byte would be read as the length of
 * a message.
 */
final class PlainAnswers extends FilterInputStream {

    private static final int ALERT = 0x15;

    private boolean checked;

    private final Runnable alert;

    /**
     * @param alert hears of one
     */
    PlainAnswers(InputStream in, Runnable alert) {
        super(in);
        this.alert = alert;
    }

    @Override
    public int read() throws IOException {
        int first = super.read();
        check(first);
        return first;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            check(buffer[offset]);
        }
        return read;
    }

    private void check(int first) throws IOException {
        // No message is so long, and one that says goodbye begins with a byte of ones.
        if (!this.checked && first == ALERT) {
            this.alert.run();
            throw new SocketException("The other side speaks TLS");
        }
        this.checked = true;
    }

}
