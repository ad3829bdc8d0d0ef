package dev.muster.demo;

import java.util.List;

/** Something to be shown with Supervisors of its own. */
interface Demo {

    /**
     * Walks to the end, and judges.
     * @param stage where it starts what it needs, and tells what it does
     * @throws DemoFailedException when it cannot be walked that far
     */
    Findings run(Stage stage) throws DemoFailedException;

    /**
     * Commands that show what is left running.
     * @param files where the files of the demo are
     */
    List<String> looks(String files);

}
