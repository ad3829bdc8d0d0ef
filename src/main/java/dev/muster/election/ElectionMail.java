package dev.muster.election;

import dev.muster.rumor.MemberId;

/**
 * Takes messages to members of a group, one to one. Never waits, and promises nothing:
 * what is lost is said again.
 */
@FunctionalInterface
public interface ElectionMail {

    void send(MemberId to, ElectionMessage message);

}
