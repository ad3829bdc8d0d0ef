package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MalformedFactException;
import dev.muster.store.Segment.Place;

/**
 * Reads a log that another process wrote: first where everything lies, then, when it is
 * known what was dropped, the facts.
 */
final class SegmentLoader {

    private static final Logger log = LoggerFactory.getLogger(SegmentLoader.class);

    private final Catalog catalog;

    private final SetAside aside;

    private final Disk disk;

    private final SealedFacts sealed;

    private final ByteBuffer window = SegmentScan.window();

    SegmentLoader(Catalog catalog, SetAside aside, Disk disk, SealedFacts sealed) {
        this.sealed = sealed;
        this.catalog = catalog;
        this.aside = aside;
        this.disk = disk;
    }

    void load() throws IOException {
        Files.createDirectories(this.catalog.directory());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(this.catalog.directory())) {
            for (Path file : files) {
                long number = Segment.number(file.getFileName().toString());
                if (number > 0) {
                    this.catalog.add(new Segment(this.catalog.directory(), number));
                }
            }
        }
        for (Segment segment : this.catalog.segments()) {
            load(segment);
        }
    }

    private void load(Segment segment) throws IOException {
        boolean last = segment.number() == this.catalog.lastNumber();
        long size = Files.size(segment.file());
        long whole;
        try (SegmentScan scan = new SegmentScan(segment, this.window)) {
            whole = scan.read(new Loading(segment));
        }
        if (whole < size && !last) {
            this.aside.report(segment, whole, size - whole, "A record that its file ends within", null);
        }
        segment.length(last ? whole : size);
        if (last) {
            finish(segment, size);
        }
    }

    /**
     * The process that wrote this may have died before a sync: what is here must be on
     * disk before it is believed, and what was not written whole is cut off.
     */
    private void finish(Segment segment, long size) throws IOException {
        long whole = segment.length();
        if (whole < size) {
            log.warn("Torn end of the log cut off: file={} offset={} bytes={}", segment.file(), whole, size - whole);
        }
        if (whole < Segment.TITLE_BYTES) {
            Files.delete(segment.file());
            this.catalog.remove(segment);
        }
        else {
            try (Disk.Output out = this.disk.open(segment.file())) {
                if (whole < size) {
                    out.truncate(whole);
                }
                out.force();
            }
        }
        this.disk.syncDirectory(this.catalog.directory());
    }

    /** Tells of every fact that is kept, in the order of writing. */
    void tell(Consumer<Fact> found) throws IOException {
        for (Segment segment : this.catalog.segments()) {
            if (segment.liveBytes() > 0) {
                try (SegmentScan scan = new SegmentScan(segment, this.window)) {
                    scan.read(new Telling(segment, found));
                }
            }
        }
    }

    private static Hash hash(ByteBuffer payload) {
        byte[] hash = new byte[Hash.LENGTH];
        payload.get(hash);
        return Hash.wrap(hash);
    }

    /** Learns where everything lies. */
    private final class Loading implements SegmentScan.Found {

        private final Segment segment;

        private Loading(Segment segment) {
            this.segment = segment;
        }

        @Override
        public void record(Frame.Kind kind, long offset, ByteBuffer payload) {
            switch (kind) {
                case FACT, PLAIN_FACT -> {
                    Place place = new Place(this.segment, offset, payload.remaining());
                    SegmentLoader.this.catalog.put(hash(payload), place);
                }
                case DROP -> {
                    while (payload.hasRemaining()) {
                        Hash hash = hash(payload);
                        SegmentLoader.this.catalog.bury(hash);
                        this.segment.dropped().add(hash);
                    }
                }
            }
        }

        @Override
        public void damaged(long offset, long length, String reason) {
            SegmentLoader.this.aside.report(this.segment, offset, length, reason, null);
        }

    }

    /** Passes on the facts that count. */
    private final class Telling implements SegmentScan.Found {

        private final Segment segment;

        private final Consumer<Fact> listener;

        private Telling(Segment segment, Consumer<Fact> listener) {
            this.segment = segment;
            this.listener = listener;
        }

        @Override
        public void record(Frame.Kind kind, long offset, ByteBuffer payload) {
            if (kind != Frame.Kind.DROP) {
                int length = payload.remaining();
                Hash hash = hash(payload);
                if (SegmentLoader.this.catalog.find(hash)
                    .equals(Optional.of(new Place(this.segment, offset, length)))) {
                    tell(kind, hash, offset, payload);
                }
            }
        }

        private void tell(Frame.Kind kind, Hash hash, long offset, ByteBuffer payload) {
            int size = Frame.BYTES + Hash.LENGTH + payload.remaining();
            byte[] encoded = SegmentLoader.this.sealed.open(kind, hash, payload).orElse(new byte[0]);
            if (encoded.length == 0) {
                SegmentLoader.this.catalog.bury(hash);
                SegmentLoader.this.aside.report(this.segment, offset, size,
                        "A fact that does not open with the key of this node", hash);
                return;
            }
            try {
                Fact fact = Fact.decode(encoded);
                if (fact.hash().equals(hash)) {
                    this.listener.accept(fact);
                    return;
                }
                SegmentLoader.this.catalog.bury(hash);
                SegmentLoader.this.aside.report(this.segment, offset, size, "A fact that is not what its hash says",
                        hash);
            }
            catch (MalformedFactException ex) {
                log.warn("Fact kept that this release cannot read: file={} offset={} reason={}", this.segment.file(),
                        offset, ex.getMessage());
            }
        }

        @Override
        public void damaged(long offset, long length, String reason) {
            // Reported when the segment was loaded.
        }

    }

}
