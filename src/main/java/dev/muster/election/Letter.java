package dev.muster.election;

import dev.muster.rumor.MemberId;

/** A message and whom it is for, who may be the sender itself. */
public record Letter(MemberId to, ElectionMessage message) {

}
