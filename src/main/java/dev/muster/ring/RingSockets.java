package dev.muster.ring;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

import org.jgroups.util.DefaultSocketFactory;

/** Makes JGroups' connections. */
final class RingSockets extends DefaultSocketFactory {

    private final RingDoor door;

    RingSockets(RingDoor door) {
        this.door = door;
    }

    @Override
    public Socket createSocket(String service) {
        return new RingSocket(this.door);
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new GossipPort(this.door);
    }

}
