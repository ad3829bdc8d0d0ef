package dev.muster.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * What nobody read of a request, because it was refused, is read for a while: who still
 * sends does not read, and would miss the reason. The web server would do that for as
 * long as something comes, however slowly, and without asking who sends.
 */
final class UnreadBodies extends ValveBase {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MOST = 2 * 1024 * 1024;

    UnreadBodies() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (!request.isAsync() && !request.isFinished() && !isRead(request)) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static boolean isRead(Request request) {
        if (request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null) {
            return true;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        Dropped dropped = new Dropped();
        int count = 0;
        try {
            while (System.nanoTime() < end && count <= MOST) {
                // Not from the request's stream: it was closed together with the
                // response.
                int read = request.getCoyoteRequest().doRead(dropped);
                if (read < 0) {
                    return true;
                }
                count += read;
            }
        }
        catch (IOException ex) {
            // It came too slowly.
            return false;
        }
        return false;
    }

    private static final class Dropped implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return this.buffer;
        }

        @Override
        public void expand(int size) {
            // The server gives its own buffer, and asks for no other.
        }

    }

}
