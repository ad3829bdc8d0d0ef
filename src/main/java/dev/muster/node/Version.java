package dev.muster.node;

/** Which release this is. */
final class Version {

    static final String TEXT = version();

    private Version() {
    }

    private static String version() {
        String version = Version.class.getPackage().getImplementationVersion();
        return (version != null) ? version : "development";
    }

}
