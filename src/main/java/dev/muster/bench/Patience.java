package dev.muster.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How long something may take that ends by itself, and how to wait for it. Whatever is
 * measured is measured elsewhere.
 */
record Patience(Duration limit) {

    /**
     * Looks again and again.
     * @param step between two looks
     * @param missing says what is still missing when time is up
     */
    void until(BooleanSupplier condition, Duration step, Supplier<String> missing)
            throws BenchFailure, InterruptedException {
        long end = System.nanoTime() + this.limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw tooLate(missing);
            }
            TimeUnit.NANOSECONDS.sleep(step.toNanos());
        }
    }

    /** Waits for what an answer brings. */
    <T> T of(CompletableFuture<T> answer, Supplier<String> missing) throws BenchFailure, InterruptedException {
        try {
            return answer.get(this.limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (ExecutionException ex) {
            throw new BenchFailure(missing.get() + ": " + ex.getCause().getMessage(), ex.getCause());
        }
        catch (TimeoutException ex) {
            throw tooLate(missing);
        }
    }

    private BenchFailure tooLate(Supplier<String> missing) {
        return new BenchFailure(missing.get() + " within " + this.limit.toSeconds()
                + " s: this machine is too busy or too small for it, measure fewer members");
    }

}
