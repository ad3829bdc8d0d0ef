package dev.muster.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

import dev.muster.gateway.EventStreams.EventStream;
import dev.muster.gateway.RevisionAnswer.MemberLine;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.group.Step;
import dev.muster.group.Until;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Those who follow what the members of a group make of a revision: an event for each
 * step, and the result as the last one. Each has a thread.
 */
final class RevisionFollowers {

    private static final Logger log = LoggerFactory.getLogger(RevisionFollowers.class);

    private static final int MOST = 200;

    private final EventStreams streams;

    private final ServiceGroupRegistry registry;

    private final JsonMapper json;

    private final Semaphore places = new Semaphore(MOST);

    RevisionFollowers(EventStreams streams, ServiceGroupRegistry registry, JsonMapper json) {
        this.streams = streams;
        this.registry = registry;
        this.json = json;
    }

    /**
     * Answers with events until the result is there.
     * @param patience after which the result is what is known by then; empty for ever
     * @param after id of the last event that the reader has heard before
     * @throws ProblemException when too many follow already
     */
    void follow(Revision revision, Until until, Optional<Duration> patience, @Nullable String after,
            HttpServletRequest request, HttpServletResponse response) {
        EventStream stream = this.streams.open(this.places, MOST
                + " readers follow changes at this node already, which is the most; try again in a moment, or ask another node",
                request, response);
        stream.endsWithNode();
        StepQueue queue = new StepQueue();
        stream.whenGone(queue::close);
        Thread thread = new Thread(() -> run(revision, until, patience, after, stream, queue), "revision-follower");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Revision revision, Until until, Optional<Duration> patience, @Nullable String after,
            EventStream stream, StepQueue queue) {
        // One that is dropped meanwhile has no result; its reader asks again and is told
        // so.
        Optional<Runnable> leave = this.registry.follow(revision.group(), revision.id(), until, patience, after, queue)
            .join();
        try {
            if (leave.isPresent()) {
                tell(stream, queue);
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        catch (RuntimeException ex) {
            log.warn("A change cannot be told of any further: group={} revision={} reason={}", revision.group(),
                    revision.id(), ex.toString());
        }
        finally {
            leave.ifPresent(Runnable::run);
            stream.end();
        }
    }

    private void tell(EventStream stream, StepQueue queue) throws InterruptedException {
        for (Step step = queue.next(); step != null; step = queue.next()) {
            if (step instanceof Step.OfMember of) {
                stream.event(step.id(), of.left() ? "left" : "member",
                        this.json.writeValueAsString(MemberLine.of(of.member())));
            }
            else if (step instanceof Step.OfRollout of) {
                stream.event(step.id(), "rollout", this.json.writeValueAsString(RolloutLine.of(of.rollout())));
            }
        }
        StepQueue.Result result = queue.result();
        if (result != null) {
            stream.event(result.id(), "result",
                    this.json.writeValueAsString(RevisionAnswer.of(result.status(), this.registry)));
        }
    }

}
