package dev.muster.ring;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Bits;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.jgroups.util.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@link Peers} for the ring. JGroups' own TCPPING takes its list once and never
 * resolves a name again, so that a container which comes back with another address is not
 * found.
 */
final class PeerDiscovery extends Discovery {

    /** From 512 on these are free for others than JGroups itself. */
    private static final short ID = 1600;

    static {
        ClassConfigurator.addProtocol(ID, PeerDiscovery.class);
    }

    /** The default is to ask once; then one lost request makes a ring of one. */
    private static final int ASK_TIMES = 4;

    /**
     * Before an address, where the name of a cluster would stand: no name has a colon.
     */
    private static final String ALIAS = "alias:";

    private final Peers peers;

    private final Executor lookups;

    private final BiConsumer<String, String> otherRing;

    private final AtomicBoolean attempting = new AtomicBoolean();

    private volatile boolean abandoned;

    private volatile @Nullable Responses first;

    /**
     * @param lookups one thread that may wait for the name service
     * @param otherRing hears of addresses that speak for a cluster of another name
     */
    PeerDiscovery(Peers peers, Executor lookups, BiConsumer<String, String> otherRing) {
        this.peers = peers;
        this.lookups = lookups;
        this.otherRing = otherRing;
        this.num_discovery_runs = ASK_TIMES;
    }

    @Override
    public boolean isDynamic() {
        return false;
    }

    /**
     * Ends the first search, so that a node that is stopped early need not wait for it.
     */
    void abandon() {
        this.abandoned = true;
        Responses responses = this.first;
        if (responses != null) {
            responses.done();
        }
    }

    @Override
    protected void findMembers(@Nullable List<Address> members, boolean initial, Responses responses) {
        if (initial) {
            this.first = responses;
        }
        if (initial && (this.abandoned || this.peers.none())) {
            responses.done();
            return;
        }
        if (!this.attempting.compareAndSet(false, true)) {
            return;
        }
        this.lookups.execute(() -> {
            try {
                ask(members, initial);
            }
            finally {
                this.attempting.set(false);
            }
        });
    }

    private void ask(@Nullable List<Address> members, boolean initial) {
        PhysicalAddress own = physicalAddress(this.local_addr);
        PingData data = new PingData(this.local_addr, false, NameCache.get(this.local_addr), own);
        if (members != null && members.size() <= this.max_members_in_discovery_request) {
            data.mbrs(members);
        }
        ByteArray content = marshal(data);
        this.peers.attempt(initial, (peer) -> {
            Message request = new BytesMessage(new IpAddress(peer), content)
                .setFlag(Message.Flag.OOB, Message.Flag.DONT_BUNDLE)
                .setFlag(Message.TransientFlag.DONT_LOOPBACK)
                .putHeader(this.id, new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(this.cluster_name)
                    .initialDiscovery(initial));
            this.down_prot.down(request);
        });
    }

    private PhysicalAddress physicalAddress(Address address) {
        return (PhysicalAddress) this.down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, address));
    }

    @Override
    public Object down(Event event) {
        Object result = super.down(event);
        if (event.getType() == Event.VIEW_CHANGE) {
            View view = event.getArg();
            view.getMembers().forEach((member) -> met(physicalAddress(member)));
        }
        else if (event.getType() == Event.ADD_PHYSICAL_ADDRESS) {
            Tuple<Address, PhysicalAddress> mapping = event.getArg();
            met(mapping.val2());
        }
        return result;
    }

    @Override
    protected boolean addDiscoveryResponseToCaches(Address member, String name, PhysicalAddress address) {
        met(address);
        return super.addDiscoveryResponseToCaches(member, name, address);
    }

    private void met(@Nullable PhysicalAddress address) {
        if (address instanceof IpAddress ip && ip.getIpAddress() != null) {
            this.peers.met(new InetSocketAddress(ip.getIpAddress(), ip.getPort()));
        }
    }

    /**
     * Turns away a cluster of another name and tells it so, for the operator of the other
     * side to read as well. Tells those that ask at an address we do not advertise which
     * one we do.
     */
    @Override
    protected @Nullable Object handle(PingHeader header, Message message) {
        String cluster = cluster(header);
        PingData sender = sender(message);
        PhysicalAddress from = (sender != null) ? sender.getPhysicalAddr() : null;
        if (cluster != null && cluster.startsWith(ALIAS)) {
            alias(cluster.substring(ALIAS.length()), from);
            return null;
        }
        if (cluster == null || this.cluster_name == null || cluster.equals(this.cluster_name)) {
            boolean request = header.type() == PingHeader.GET_MBRS_REQ;
            if (request && from != null && message.getDest() instanceof IpAddress asked
                    && !asked.equals(physicalAddress(this.local_addr))) {
                answer(from, ALIAS + asked);
            }
            return super.handle(header, message);
        }
        this.otherRing.accept(String.valueOf((from != null) ? from : message.getSrc()), cluster);
        if (header.type() == PingHeader.GET_MBRS_REQ && from != null) {
            answer(from, this.cluster_name);
        }
        return null;
    }

    private @Nullable PingData sender(Message message) {
        List<PingData> data = readPingData(message.getArray(), message.getOffset(), message.getLength());
        return (data != null && !data.isEmpty()) ? data.get(0) : null;
    }

    private void answer(PhysicalAddress to, String cluster) {
        PingData own = new PingData(this.local_addr, false, NameCache.get(this.local_addr),
                physicalAddress(this.local_addr));
        this.down_prot.down(new BytesMessage(to, marshal(own)).setFlag(Message.Flag.OOB, Message.Flag.DONT_BUNDLE)
            .putHeader(this.id, new PingHeader(PingHeader.GET_MBRS_RSP).clusterName(cluster)));
    }

    private void alias(String asked, @Nullable PhysicalAddress advertised) {
        if (!(advertised instanceof IpAddress known)) {
            return;
        }
        try {
            IpAddress alias = new IpAddress(asked);
            this.peers.alias(new InetSocketAddress(alias.getIpAddress(), alias.getPort()),
                    new InetSocketAddress(known.getIpAddress(), known.getPort()));
            if (getTransport() instanceof RingTransport transport) {
                transport.close(alias);
            }
        }
        catch (Exception ex) {
            this.log.debug("Alias not understood: %s", asked);
        }
    }

    /**
     * A header tells its cluster to JGroups' own package only, and to whoever reads it.
     */
    private static @Nullable String cluster(PingHeader header) {
        try {
            ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(header.serializedSize());
            header.writeTo(out);
            ByteArrayDataInputStream in = new ByteArrayDataInputStream(out.buffer(), 0, out.position());
            in.readByte();
            return Bits.readString(in);
        }
        catch (IOException ex) {
            throw new IllegalStateException("Bytes in memory cannot fail", ex);
        }
    }

}
