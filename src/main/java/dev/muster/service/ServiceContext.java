package dev.muster.service;

import java.util.List;
import java.util.Map;

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

}
