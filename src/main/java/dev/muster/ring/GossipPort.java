package dev.muster.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other members call. JGroups accepts connections one by one and waits for what
 * each has to say, so that a few that say nothing keep all members out; here each proves
 * itself on a thread of its own, within a time, and JGroups sees those only that did.
 *
 * <p>
 * There is a bounded number of places for those that are not through yet. When all are
 * taken the one that has been there longest goes, since members need some milliseconds;
 * one address can have half of the places.
 */
final class GossipPort extends ServerSocket {

    private static final Logger log = LoggerFactory.getLogger(GossipPort.class);

    /** Connections that may be on their way in. */
    static final int PLACES = 64;

    /** How long each has, in milliseconds. */
    static final int PATIENCE = 3_000;

    private static final int BACKLOG = 256;

    /** Tells whoever accepts that the port is closed. */
    private static final Socket CLOSED = new Socket();

    private final RingDoor door;

    private final BlockingQueue<Socket> admitted = new LinkedBlockingQueue<>();

    private final Deque<Entering> entering = new ArrayDeque<>();

    private final ThreadPoolExecutor doorkeepers;

    private final ScheduledThreadPoolExecutor clock;

    GossipPort(RingDoor door) throws IOException {
        this.door = door;
        // As many as there are places, and a few that are just ending.
        this.doorkeepers = new ThreadPoolExecutor(0, 2 * PLACES, 5, TimeUnit.SECONDS, new SynchronousQueue<>(),
                threads("muster-ring-door"), (task, pool) -> ((Entering) task).end());
        this.clock = new ScheduledThreadPoolExecutor(1, threads("muster-ring-door-clock"),
                new ThreadPoolExecutor.DiscardPolicy());
        this.clock.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory threads(String name) {
        return (task) -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        bind(address, BACKLOG);
    }

    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
        super.bind(address, BACKLOG);
        Thread acceptor = threads("muster-ring-accept").newThread(this::acceptAll);
        acceptor.start();
    }

    private void acceptAll() {
        while (!isClosed()) {
            try {
                Socket network = super.accept();
                Entering newcomer = new Entering(network);
                takePlace(newcomer);
                this.doorkeepers.execute(newcomer);
            }
            catch (IOException ex) {
                if (!isClosed()) {
                    // As many files are open as may be: it passes when some are closed.
                    log.warn("Connection not accepted: address={} reason={}", getLocalSocketAddress(), ex.toString());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void takePlace(Entering newcomer) {
        Entering leaves = null;
        synchronized (this.entering) {
            long neighbours = this.entering.stream().filter(newcomer::isNeighbour).count();
            if (neighbours >= PLACES / 2) {
                leaves = oldest(newcomer);
            }
            else if (this.entering.size() >= PLACES) {
                leaves = this.entering.poll();
            }
            this.entering.add(newcomer);
        }
        if (leaves != null) {
            leaves.end();
        }
    }

    private Entering oldest(Entering neighbour) {
        for (Iterator<Entering> all = this.entering.iterator(); all.hasNext();) {
            Entering next = all.next();
            if (next.isNeighbour(neighbour)) {
                all.remove();
                return next;
            }
        }
        throw new IllegalStateException("Nobody of that address is entering");
    }

    /** The next member that has proved itself. */
    @Override
    public Socket accept() throws IOException {
        try {
            Socket next = this.admitted.take();
            if (next == CLOSED) {
                // For whoever accepts after this one.
                this.admitted.add(CLOSED);
                throw new SocketException("Socket closed");
            }
            return next;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new SocketException("Interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        this.admitted.add(CLOSED);
        this.doorkeepers.shutdown();
        this.clock.shutdownNow();
        Entering[] left;
        synchronized (this.entering) {
            left = this.entering.toArray(Entering[]::new);
        }
        for (Entering one : left) {
            one.end();
        }
    }

    /** One that is on its way in. */
    private final class Entering implements Runnable {

        private final Socket network;

        private final InetSocketAddress from;

        private volatile boolean ended;

        Entering(Socket network) {
            this.network = network;
            this.from = (InetSocketAddress) network.getRemoteSocketAddress();
        }

        boolean isNeighbour(Entering other) {
            InetAddress address = this.from.getAddress();
            return address.equals(other.from.getAddress());
        }

        @Override
        public void run() {
            var late = GossipPort.this.clock.schedule(this::end, PATIENCE, TimeUnit.MILLISECONDS);
            try {
                RingDoor.Passage passage = GossipPort.this.door.enter(this.network);
                late.cancel(false);
                GossipPort.this.admitted.add(new RingSocket(this.network, GossipPort.this.door, passage));
            }
            catch (IOException ex) {
                late.cancel(false);
                GossipPort.this.door.rejected(this.from, reason(ex));
                end();
            }
            finally {
                synchronized (GossipPort.this.entering) {
                    GossipPort.this.entering.remove(this);
                }
            }
        }

        private String reason(IOException failure) {
            if (this.ended) {
                return "it did not prove within " + PATIENCE / 1000 + " seconds that it belongs to the ring";
            }
            return (failure instanceof RejectedConnectionException) ? String.valueOf(failure.getMessage())
                    : "the connection was lost before it proved that it belongs to the ring: " + failure.getMessage();
        }

        void end() {
            this.ended = true;
            try {
                this.network.close();
            }
            catch (IOException ex) {
                log.debug("Connection not closed: address={} reason={}", this.from, ex.toString());
            }
        }

    }

}
