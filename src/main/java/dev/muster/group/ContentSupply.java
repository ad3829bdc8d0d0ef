package dev.muster.group;

import dev.muster.content.Supply;
import dev.muster.rumor.Hash;

/**
 * How this member is supplied with the contents that files name. Any thread may ask;
 * never waits.
 */
@FunctionalInterface
public interface ContentSupply {

    /** For members without files: nothing is ever missing. */
    ContentSupply ALL_HERE = (content) -> Supply.HERE;

    Supply of(Hash content);

    /** Of the file that is worst off. */
    default Supply of(GroupFiles files) {
        Supply worst = Supply.HERE;
        for (RevisionFile file : files.all()) {
            Supply supply = of(file.content().hash());
            worst = (supply.compareTo(worst) > 0) ? supply : worst;
        }
        return worst;
    }

}
