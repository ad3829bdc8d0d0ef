package dev.muster.update;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.pack.PackageIdent;
import dev.muster.service.HandLoop;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** When a source is asked, and what becomes of its answers. */
class SourceWatchTest {

    private static final Duration PERIOD = Duration.ofSeconds(60);

    private static final String A = "core/redis/7.2.9/20260101000000";

    private final HandLoop loop = new HandLoop();

    private final Deque<Runnable> worker = new ArrayDeque<>();

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    private final Logger logger = (Logger) LoggerFactory.getLogger(SourceWatch.class);

    private String text = A;

    private @Nullable String failure;

    private int asked;

    private int news;

    private SourceWatch watch;

    @BeforeEach
    void begin() {
        this.logged.start();
        this.logger.addAppender(this.logged);
        this.logger.setLevel(Level.INFO);
        this.watch = watch(new Random(1));
        this.watch.begin();
    }

    @AfterEach
    void end() {
        this.logger.detachAppender(this.logged);
        this.logger.setLevel(null);
    }

    private SourceWatch watch(Random random) {
        PackageSource source = new PackageSource() {

            @Override
            public byte[] channel(String name) throws IOException {
                SourceWatchTest.this.asked++;
                if (SourceWatchTest.this.failure != null) {
                    throw new IOException(SourceWatchTest.this.failure);
                }
                return SourceWatchTest.this.text.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public InputStream archive(PackageIdent release, String target) {
                throw new AssertionError("nobody asks for it here");
            }

            @Override
            public boolean isTrusted() {
                return true;
            }

        };
        return new SourceWatch(new SourceAddress("http://source/", "stable"), (url) -> source, this.loop,
                this.worker::add, random, PERIOD, (self) -> this.news++);
    }

    private void work() {
        while (!this.worker.isEmpty()) {
            this.worker.poll().run();
        }
        this.loop.settle();
    }

    private void advance(Duration time) {
        for (int second = 0; second < time.toSeconds(); second++) {
            this.loop.advance(Duration.ofSeconds(1));
            work();
        }
    }

    @Test
    void itIsAskedSoonAndThenOnceEachPeriodMoreOrLess() {
        advance(Duration.ofSeconds(7));
        assertThat(this.asked).isEqualTo(1);
        assertThat(this.watch.channel().orElseThrow().entries()).hasSize(1);
        assertThat(this.watch.last().orElseThrow().failed()).isFalse();
        advance(Duration.ofSeconds(600));
        assertThat(this.asked).isBetween(10, 12);
        assertThat(this.news).isEqualTo(this.asked);
    }

    @Test
    void thoseThatBeginTogetherDoNotAskTogether() {
        int most = 0;
        for (int i = 0; i < 40; i++) {
            watch(new Random(i)).begin();
        }
        for (int second = 0; second < 6; second++) {
            int before = this.asked;
            advance(Duration.ofSeconds(1));
            most = Math.max(most, this.asked - before);
        }
        assertThat(most).isLessThan(20);
    }

    @Test
    void itIsNeverAskedTwiceAtATime() {
        this.loop.advance(Duration.ofSeconds(7));
        assertThat(this.worker).hasSize(1);
        this.watch.hasten();
        this.loop.advance(PERIOD.multipliedBy(3));
        assertThat(this.worker).hasSize(1);
        work();
        this.watch.hasten();
        assertThat(this.worker).hasSize(1);
    }

    @Test
    void aFailureIsLoggedOncePerChangeAndTakesNothingAway() {
        advance(Duration.ofSeconds(7));
        this.failure = "http://source/channels/stable.txt does not answer: refused";
        advance(PERIOD.multipliedBy(5));
        assertThat(this.watch.last().orElseThrow().problem()).isEqualTo(this.failure);
        assertThat(this.watch.channel()).isPresent();
        assertThat(this.logged.list).hasSize(1);
        this.failure = null;
        this.text = "<html>";
        advance(PERIOD.multipliedBy(5));
        assertThat(this.watch.last().orElseThrow().problem())
            .isEqualTo("channel stable of http://source/ cannot be read: line 1 is '<html>', and a line is "
                    + "ORIGIN/NAME/VERSION/RELEASE, or that and sha256= with 64 digits of 0-9a-f");
        assertThat(this.watch.channel().orElseThrow().entries()).hasSize(1);
        this.text = "";
        advance(PERIOD.multipliedBy(5));
        assertThat(this.watch.last().orElseThrow().failed()).isFalse();
        assertThat(this.watch.channel().orElseThrow().entries()).isEmpty();
        assertThat(this.logged.list).extracting(ILoggingEvent::getFormattedMessage)
            .satisfiesExactly((first) -> assertThat(first).contains("cannot be asked", "refused"),
                    (second) -> assertThat(second).contains("cannot be asked", "line 1"),
                    (third) -> assertThat(third).contains("answers again"));
    }

    @Test
    void afterItsEndItIsNotAskedAndAnAnswerThatIsLateIsNone() {
        this.loop.advance(Duration.ofSeconds(7));
        this.watch.end();
        work();
        advance(PERIOD.multipliedBy(3));
        assertThat(this.asked).isEqualTo(1);
        assertThat(this.news).isZero();
        assertThat(this.watch.channel()).isEmpty();
    }

}
