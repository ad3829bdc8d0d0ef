package dev.muster;

/** Entry of the jar: a Supervisor when asked to run one, else a client of one. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        System.out.println("muster");
    }

}
