package dev.muster.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.config.SecretKeys;
import dev.muster.content.FileName;
import dev.muster.content.Supply;
import org.jspecify.annotations.Nullable;

/** What a group has: a port and files, of which a test tells the services on a bench. */
final class FakeGroupFiles {

    private final Bench bench;

    /** By name. */
    final Map<String, GroupFile> files = new LinkedHashMap<>();

    private final Map<String, String> contents = new HashMap<>();

    long port = 80;

    private int revision;

    int copies;

    @Nullable String failure;

    /** Copies that take their time; null where they are done at once. */
    @Nullable List<Runnable> pending;

    FakeGroupFiles(Bench bench) {
        this.bench = bench;
    }

    void put(String name, String content) {
        put(name, content, 0640, Optional.empty(), Supply.HERE);
    }

    void put(String name, String content, int mode, Optional<String> owner, Supply supply) {
        this.contents.put("hash of " + content, content);
        this.files.put(name, new GroupFile(new FileName(name), "hash of " + content, 1, mode, owner, supply));
    }

    /** The services hear of the group as it is now. */
    void tell() {
        tell("web.prod", this.files.values());
    }

    void tell(String of, Collection<GroupFile> files) {
        StringBuilder hash = new StringBuilder("port=" + this.port);
        files.forEach((file) -> hash.append(' ').append(file.name()).append(file.hash()).append(file.mode()));
        this.bench.services.applied(of,
                new AppliedConfig(++this.revision + "-x", hash.toString(), Map.of("port", this.port), SecretKeys.NONE,
                        new GroupFileSet(List.copyOf(files), this::copy), Optional.empty(), Optional.empty()));
        this.bench.loop.settle();
    }

    private CompletableFuture<Void> copy(String hash, Path target) {
        this.copies++;
        CompletableFuture<Void> copied = new CompletableFuture<>();
        Runnable work = () -> {
            try {
                if (this.failure != null) {
                    throw new IOException(this.failure);
                }
                Files.writeString(target, this.contents.get(hash), StandardCharsets.UTF_8);
                copied.complete(null);
            }
            catch (IOException ex) {
                copied.completeExceptionally(ex);
            }
        };
        if (this.pending != null) {
            this.pending.add(work);
        }
        else {
            work.run();
        }
        return copied;
    }

    GroupFileSet set() {
        return new GroupFileSet(List.copyOf(this.files.values()), this::copy);
    }

}
