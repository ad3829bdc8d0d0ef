package dev.muster.config;

import java.util.LinkedList;
import java.util.List;

import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;

/** Where each member of a JSON text stands that a parser has accepted. */
final class JsonOutline {

    private JsonOutline() {
    }

    /**
     * Where the member with this path begins, or the object or list nearest around it;
     * elements of a list count from 0.
     */
    static TextPlace closest(JsonParser parser, List<String> path) {
        TextPlace closest = new TextPlace(1, 1);
        int steps = 0;
        while (parser.nextToken() != null) {
            List<String> here = path(parser.streamReadContext());
            if (here.size() > steps && here.size() <= path.size() && here.equals(path.subList(0, here.size()))) {
                steps = here.size();
                closest = new TextPlace(parser.currentTokenLocation().getLineNr(),
                        parser.currentTokenLocation().getColumnNr());
            }
        }
        return closest;
    }

    /** The keys that lead to where a parser is. */
    static List<String> path(TokenStreamContext context) {
        LinkedList<String> path = new LinkedList<>();
        for (TokenStreamContext at = context; at != null; at = at.getParent()) {
            if (at.inObject() && at.currentName() != null) {
                path.addFirst(at.currentName());
            }
            else if (at.inArray() && at.hasCurrentIndex()) {
                path.addFirst(Integer.toString(at.getCurrentIndex()));
            }
        }
        return path;
    }

}
