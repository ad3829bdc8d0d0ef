package dev.muster.gateway;

import java.util.Map;
import java.util.concurrent.Semaphore;

import dev.muster.gateway.EventStreams.EventStream;
import dev.muster.service.LineLog;
import dev.muster.service.Services;
import dev.muster.service.UnknownServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

/** Those who read along in logs. Each has a thread of the log's. */
final class LogFollowers {

    /** As many threads, which other requests shall not be short of. */
    private static final int MOST = 50;

    private final EventStreams streams;

    private final Services services;

    private final JsonMapper json;

    private final Semaphore places = new Semaphore(MOST);

    LogFollowers(EventStreams streams, Services services, JsonMapper json) {
        this.streams = streams;
        this.services = services;
        this.json = json;
    }

    /**
     * Answers with events for as long as there are any.
     * @throws ProblemException when too many read along already
     */
    void follow(String service, LineLog lines, int last, HttpServletRequest request, HttpServletResponse response) {
        EventStream stream = this.streams.open(this.places, MOST
                + " readers follow logs of this node already, which is the most; end one of them, or ask without follow",
                request, response);
        stream.whenGone(lines.follow(last, new Follower(service, stream))::stop);
    }

    /** One of them. */
    private final class Follower implements LineLog.Listener {

        private final String service;

        private final EventStream stream;

        private Follower(String service, EventStream stream) {
            this.service = service;
            this.stream = stream;
        }

        @Override
        public void line(LineLog.Entry entry) {
            this.stream.event(null, null, json(LogController.LogLine.of(entry)));
        }

        @Override
        public void skipped(long lines) {
            this.stream.event(null, "skipped", json(Map.of("lines", lines)));
        }

        @Override
        public void ended() {
            this.stream.event(null, "ended", json(Map.of("reason", isLoaded() ? "stopping" : "unloaded")));
            this.stream.end();
        }

        private String json(Object value) {
            return LogFollowers.this.json.writeValueAsString(value);
        }

        private boolean isLoaded() {
            try {
                return LogFollowers.this.services.status(this.service).desired() != null;
            }
            catch (UnknownServiceException ex) {
                return false;
            }
        }

    }

}
