package dev.muster.demo;

/**
 * A member before the change and after it.
 *
 * @param address of the member
 */
record Story(Member member, String address, Sight before, Sight after) {

    /** Whether another process runs now, and everything is on the other port. */
    boolean isReplaced(int from, int to) {
        return this.before.isOneRedisOn(from) && this.after.isOneRedisOn(to)
                && !this.before.pid().equals(this.after.pid());
    }

    boolean isUntouched(int port) {
        return this.before.isOneRedisOn(port) && this.after.isOneRedisOn(port)
                && this.before.pid().equals(this.after.pid()) && this.after.revision().equals(this.before.revision());
    }

}
