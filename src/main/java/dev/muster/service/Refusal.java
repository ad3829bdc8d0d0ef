package dev.muster.service;

/**
 * Why a rendering was not put in its place.
 *
 * @param passing whether the same rendering may well be taken later: the disk refused it,
 * not the package
 */
record Refusal(String why, boolean passing) {

    static Refusal of(String why) {
        return new Refusal(why, false);
    }

}
