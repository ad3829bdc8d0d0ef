package dev.muster.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends with a failure when nothing comes for a while, or not all within a time. */
final class TimedStream extends FilterInputStream {

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor((task) -> {
        Thread thread = new Thread(task, "muster-sources");
        thread.setDaemon(true);
        return thread;
    });

    private final String place;

    private final Duration silence;

    private final ScheduledFuture<?> end;

    /** Why it was closed; empty while it was not. */
    private volatile String late = "";

    /**
     * @param place where it comes from, for people
     */
    TimedStream(InputStream in, String place, Duration silence, Duration whole) {
        super(in);
        this.place = place;
        this.silence = silence;
        this.end = TIMER.schedule(() -> giveUp("has not sent all within " + whole.toSeconds() + " s"), whole.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void giveUp(String why) {
        this.late = why;
        try {
            this.in.close();
        }
        catch (IOException ex) {
            // Whoever reads finds out.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        ScheduledFuture<?> watch = TIMER.schedule(
                () -> giveUp("has sent nothing for " + this.silence.toSeconds() + " s"), this.silence.toMillis(),
                TimeUnit.MILLISECONDS);
        int read;
        try {
            read = this.in.read(bytes, offset, length);
        }
        catch (IOException ex) {
            String why = this.late.isEmpty() ? "broke off: " + ex.getMessage() : this.late;
            throw new IOException(this.place + " " + why, ex);
        }
        finally {
            watch.cancel(false);
        }
        if (!this.late.isEmpty()) {
            // Being closed, it may also end as if all had come.
            throw new IOException(this.place + " " + this.late);
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        this.end.cancel(false);
        super.close();
    }

}
