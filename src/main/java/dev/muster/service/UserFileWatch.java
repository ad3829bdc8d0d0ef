package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;

import dev.muster.loop.Loop;

/**
 * Notices that {@code user.toml} appeared, changed or went away. Looks once a second,
 * because a watch of the system does not see what is mounted over it.
 */
final class UserFileWatch {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Loop loop;

    private final Path file;

    private final Runnable changed;

    private String seen;

    private Loop.Timer next;

    UserFileWatch(Loop loop, Path file, Runnable changed) {
        this.loop = loop;
        this.file = file;
        this.changed = changed;
        this.seen = stamp();
        this.next = loop.after(PERIOD, this::look);
    }

    private void look() {
        this.next = this.loop.after(PERIOD, this::look);
        String now = stamp();
        if (!now.equals(this.seen)) {
            this.seen = now;
            this.changed.run();
        }
    }

    private String stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(this.file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        }
        catch (IOException ex) {
            return "absent";
        }
    }

    void end() {
        this.next.cancel();
    }

}
