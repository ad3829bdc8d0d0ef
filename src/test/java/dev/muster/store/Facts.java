package dev.muster.store;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.muster.key.Sealing;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactLog;

/** Facts to put into a log, and what became of them. */
final class Facts {

    static final Sealing SEALING = new Sealing(new byte[Sealing.KEY_LENGTH], new SecureRandom());

    private Facts() {
    }

    static Fact fact(int number) {
        return fact(number, 10);
    }

    static Fact fact(int number, int bytes) {
        byte[] body = new byte[bytes];
        new java.util.Random(number).nextBytes(body);
        return Fact.create(new FactKey("config", "redis.prod", ""), number, 0, "alice", Fact.Retention.HISTORY, body,
                null);
    }

    static List<Fact> facts(int count, int bytes) {
        List<Fact> facts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            facts.add(fact(number, bytes));
        }
        return facts;
    }

    /** Appends and waits; fails as the log does. */
    static void append(FactLog log, Fact... facts) throws IOException {
        Outcome outcome = new Outcome();
        log.append(List.of(facts), outcome);
        outcome.await();
    }

    /** What became of one batch. */
    static final class Outcome implements FactLog.Completion {

        private final CompletableFuture<String> done = new CompletableFuture<>();

        private final Runnable told;

        Outcome() {
            this(() -> {
            });
        }

        Outcome(Runnable told) {
            this.told = told;
        }

        @Override
        public void synced() {
            this.told.run();
            this.done.complete("synced");
        }

        @Override
        public void failed(IOException why) {
            this.told.run();
            this.done.completeExceptionally(why);
        }

        boolean isDone() {
            return this.done.isDone();
        }

        void await() throws IOException {
            try {
                this.done.get(20, java.util.concurrent.TimeUnit.SECONDS);
            }
            catch (java.util.concurrent.ExecutionException ex) {
                throw (IOException) ex.getCause();
            }
            catch (InterruptedException | java.util.concurrent.TimeoutException ex) {
                throw new IllegalStateException("Nobody told what became of a batch", ex);
            }
        }

    }

}
