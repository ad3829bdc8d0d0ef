package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding;
import dev.muster.pack.PackageIdent;

/**
 * What templates may know of this node and of the ring. Called on loops of services:
 * answers from a snapshot and never waits.
 */
public interface ServiceContext {

    /**
     * This Supervisor: {@code version}, {@code member_id}, {@code ip}, {@code hostname},
     * {@code permanent}, and {@code gossip_}, {@code http_gateway_} and
     * {@code ctl_gateway_} each with {@code ip} and {@code port}.
     */
    Map<String, Object> sys();

    /** The other members of a group that are present, without this one, in any order. */
    List<GroupMember> others(String serviceGroup);

    /**
     * The members of any group that are present, this one too if it is among them, by
     * member id; none when there is no such group.
     */
    List<GroupMember> members(String serviceGroup);

    /**
     * How the election of a group stands that this member takes part in.
     */
    default ElectionStanding election(String serviceGroup) {
        return ElectionStanding.NONE;
    }

    /** Member id of whoever leads a group, or did last; of any group. */
    default Optional<String> leader(String serviceGroup) {
        return Optional.empty();
    }

    /**
     * What is left of the time for which this member leads a group; zero where it does
     * not.
     */
    default Duration leaseLeft(String serviceGroup) {
        return Duration.ZERO;
    }

    /**
     * The release that a service of this node runs which takes new ones by itself; empty
     * for the newest that is installed.
     * @param service its name
     */
    default Optional<PackageIdent> ownRelease(String service) {
        return Optional.empty();
    }

    /** The process of this member acts as leader of the group no longer. */
    default void released(String serviceGroup) {
    }

}
