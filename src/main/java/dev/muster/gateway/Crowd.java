package dev.muster.gateway;

import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * The connections of a gateway. Each that comes finds a place: when all are taken, or
 * half of them by its own address, the one goes that has been waited for longest, be it
 * for a handshake, for the rest of its headers, or for another request. So whoever says
 * nothing, or says it byte by byte, keeps nobody out; who is being answered stays.
 */
final class Crowd extends NioEndpoint {

    /** Connections that a gateway holds at most. */
    static final int PLACES = 512;

    /** Of one address. */
    static final int NEIGHBOURS = PLACES / 2;

    /** A connection that is to go needs a moment; beyond it the server itself waits. */
    private static final int SPARE = 16;

    /** Since when a connection is waited for; its requests are not. */
    private final Map<SocketWrapperBase<NioChannel>, Long> since = new ConcurrentHashMap<>();

    private final Set<SocketWrapperBase<NioChannel>> answered = ConcurrentHashMap.newKeySet();

    @Override
    public void setHandler(Handler<NioChannel> handler) {
        super.setHandler(new Watching(handler));
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        String address = socket.socket().getInetAddress().getHostAddress();
        Set<SocketWrapperBase<NioChannel>> all = Set.copyOf(getConnections());
        List<SocketWrapperBase<NioChannel>> neighbours = all.stream()
            .filter((each) -> Objects.equals(each.getRemoteAddr(), address))
            .toList();
        if (neighbours.size() >= NEIGHBOURS) {
            if (!oneGoes(neighbours)) {
                return false;
            }
        }
        else if (all.size() >= PLACES - SPARE) {
            oneGoes(all);
        }
        this.since.keySet().retainAll(all);
        this.answered.retainAll(all);
        boolean taken = super.setSocketOptions(socket);
        SocketWrapperBase<NioChannel> newcomer = this.connections.get(socket);
        if (newcomer != null) {
            this.since.putIfAbsent(newcomer, System.nanoTime());
        }
        return taken;
    }

    private boolean oneGoes(Collection<SocketWrapperBase<NioChannel>> all) {
        long now = System.nanoTime();
        Optional<SocketWrapperBase<NioChannel>> longest = all.stream()
            .filter((each) -> !this.answered.contains(each))
            .max(Comparator.comparingLong((each) -> now - this.since.getOrDefault(each, now)));
        return longest.isPresent() && close(longest.get());
    }

    /** Not while something of it is being read. */
    private boolean close(SocketWrapperBase<NioChannel> connection) {
        if (!connection.getLock().tryLock()) {
            return false;
        }
        try {
            if (!this.answered.contains(connection)) {
                connection.close();
            }
            return true;
        }
        finally {
            connection.getLock().unlock();
        }
    }

    /** Sees when a connection begins and ends to be answered. */
    private final class Watching implements Handler<NioChannel> {

        private final Handler<NioChannel> handler;

        Watching(Handler<NioChannel> handler) {
            this.handler = handler;
        }

        @Override
        public SocketState process(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
            Crowd.this.answered.add(connection);
            SocketState state = this.handler.process(connection, event);
            // An answer that goes on without a thread, as a stream of events does.
            boolean goesOn = state == SocketState.LONG
                    && connection.getCurrentProcessor() instanceof Processor processor && processor.isAsync();
            if (!goesOn) {
                if (state == SocketState.OPEN) {
                    Crowd.this.since.put(connection, System.nanoTime());
                }
                Crowd.this.answered.remove(connection);
            }
            return state;
        }

        @Override
        public Object getGlobal() {
            return this.handler.getGlobal();
        }

        @Override
        public void release(SocketWrapperBase<NioChannel> connection) {
            this.handler.release(connection);
            Crowd.this.answered.remove(connection);
            Crowd.this.since.remove(connection);
        }

        @Override
        public void pause() {
            this.handler.pause();
        }

        @Override
        public void recycle() {
            this.handler.recycle();
        }

    }

}
