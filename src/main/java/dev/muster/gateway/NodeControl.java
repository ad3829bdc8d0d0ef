package dev.muster.gateway;

/** What the control gateway may ask of the node itself. Answers before it is done. */
public interface NodeControl {

    /** Stops the services within their grace, then the node. */
    void stop();

    /**
     * Puts a new process in the node's place; services are untouched.
     * @throws RestartRefusedException when there is none that could take its place; the
     * node goes on then
     */
    void restart();

}
