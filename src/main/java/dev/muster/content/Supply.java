package dev.muster.content;

/** How a member is supplied with a content. */
public enum Supply {

    /** It is on its disk, whole. */
    HERE,

    /** It is being brought, or will be. */
    COMING,

    /** No present member has given any of it for a while; it is asked for on and on. */
    NOWHERE

}
