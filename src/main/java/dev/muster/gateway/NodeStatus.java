package dev.muster.gateway;

import java.util.List;

/**
 * This node at one moment.
 *
 * @param pid of its process
 * @param ready whether it may be used
 * @param notReady why not, in sentences
 * @param gossip where others reach it, {@code HOST:PORT}
 * @param ctl where the control gateway listens
 * @param http where the read gateway listens
 * @param peersGiven whether it was told of any other member
 * @param storage {@code writable}, or why it takes no changes
 * @param damaged records of the log that were set aside, with file and offset
 * @param peers what became of the members that it was told of
 */
public record NodeStatus(String memberId, String name, String ring, String version, long pid, boolean ready,
        List<String> notReady, String gossip, String ctl, String http, boolean peersGiven, String root,
        long incarnation, String storage, List<String> damaged, List<Peer> peers) {

    /**
     * One that it was told of.
     *
     * @param from {@code --peer}, or the file and line that name it
     * @param reached whether a member answered at the latest attempt
     * @param result of that, address by address
     */
    public record Peer(String peer, String from, boolean reached, String result) {
    }

}
