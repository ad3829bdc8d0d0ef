package dev.muster.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.muster.gateway.AuditControl;
import dev.muster.group.GroupListener;
import dev.muster.group.Revision;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.store.AuditLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This node's audit log, and what other members tell of theirs. */
final class AuditLogs implements AuditControl, GroupListener {

    private static final Logger log = LoggerFactory.getLogger(AuditLogs.class);

    private static final JsonMapper JSON = new JsonMapper();

    private static final String TOPIC = "audit";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** An answer that is longer is cut: its oldest lines are missing then. */
    private static final int MOST_BYTES = Inquiries.MAX_BYTES - 64 * 1024;

    private final MemberId self;

    private final AuditLog own;

    private final Replica replica;

    private final Executor disk;

    private final InstantSource clock;

    private final AtomicBoolean complained = new AtomicBoolean();

    /**
     * @param disk runs what waits for the disk
     */
    AuditLogs(MemberId self, AuditLog own, Replica replica, Executor disk, InstantSource clock) {
        this.clock = clock;
        this.self = self;
        this.own = own;
        this.replica = replica;
        this.disk = disk;
    }

    /** From now on other members are answered. */
    void begin() {
        this.replica.inquiries()
            .answer(TOPIC, (from, body) -> CompletableFuture.supplyAsync(() -> answer(body), this.disk));
    }

    private byte[] answer(byte[] question) {
        Query query = JSON.readValue(question, Query.class);
        StringBuilder lines = new StringBuilder();
        int bytes = 0;
        for (String line : read(query)) {
            bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes > MOST_BYTES) {
                break;
            }
            lines.append(line).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private List<String> read(Query query) {
        try {
            return this.own.newest((line) -> isWanted(line, query), query.limit());
        }
        catch (IOException ex) {
            throw new UncheckedIOException("The audit log cannot be read: " + ex.getMessage(), ex);
        }
    }

    private static boolean isWanted(String line, Query query) {
        try {
            JsonNode entry = JSON.readTree(line);
            if (!entry.path("time").isString()) {
                return false;
            }
            boolean late = query.since() == null
                    || !Instant.parse(entry.get("time").asString()).isBefore(query.since());
            return late && (query.group() == null || query.group().equals(entry.path("group").asString("")));
        }
        catch (JacksonException | java.time.DateTimeException ex) {
            // audit verify names it.
            return false;
        }
    }

    /** Where Muster itself changes a group nobody sends a request. */
    @Override
    public void said(Revision revision) {
        automatic(revision.group().toString(), revision.id(), revision.message().orElse(""));
    }

    /**
     * Muster itself lets a service of this node run another release, for which there is
     * no revision.
     */
    void moved(String group, PackageIdent release) {
        automatic(group, null, "runs " + release);
    }

    private void automatic(String group, @Nullable String revision, String what) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", this.clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("kind", "automatic");
        line.put("who", "muster");
        line.put("group", group);
        line.put("revision", revision);
        line.put("what", what);
        this.disk.execute(() -> record(line));
    }

    @Override
    public void record(Map<String, @Nullable Object> line) {
        try {
            this.own.append(line);
            this.complained.set(false);
        }
        catch (IOException ex) {
            if (!this.complained.getAndSet(true)) {
                log.error("The audit log cannot be written, changes go on without it; make room on the disk: reason={}",
                        ex.toString());
            }
        }
    }

    @Override
    public CompletableFuture<Answer> list(Query query, boolean all) {
        byte[] question = JSON.writeValueAsBytes(query);
        List<CompletableFuture<Part>> parts = new ArrayList<>();
        for (RingView.Peer peer : this.replica.view().members().values()) {
            boolean isSelf = peer.id().equals(this.self);
            if (isSelf) {
                parts.add(CompletableFuture.supplyAsync(() -> part(peer, answer(question)), this.disk));
            }
            else if (all) {
                parts.add(this.replica.inquiries()
                    .ask(peer.id(), TOPIC, question, PATIENCE)
                    .handle((lines, failure) -> (failure == null) ? part(peer, lines) : new Part(List.of(),
                            new Member(peer.id().hex(), peer.name(), String.valueOf(failure.getMessage())))));
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply((done) -> {
            List<Part> answers = parts.stream().map(CompletableFuture::join).toList();
            return new Answer(answers.stream()
                .flatMap((part) -> part.entries().stream())
                .sorted(Comparator.comparing(AuditLogs::time).reversed())
                .limit(query.limit())
                .toList(), answers.stream().map(Part::member).toList());
        });
    }

    private static Instant time(Map<String, Object> entry) {
        return Instant.parse(String.valueOf(entry.get("time")));
    }

    @SuppressWarnings("unchecked")
    private static Part part(RingView.Peer peer, byte[] lines) {
        List<Map<String, Object>> entries = new ArrayList<>();
        try {
            for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
                Map<String, Object> entry = new LinkedHashMap<>(JSON.readValue(line, Map.class));
                time(entry);
                entry.put("member", peer.id().hex());
                entry.put("memberName", peer.name());
                entries.add(entry);
            }
        }
        catch (JacksonException | java.time.DateTimeException ex) {
            return new Part(List.of(),
                    new Member(peer.id().hex(), peer.name(), "it answered what is no line of an audit log"));
        }
        return new Part(entries, new Member(peer.id().hex(), peer.name(), null));
    }

    private record Part(List<Map<String, Object>> entries, Member member) {
    }

}
