package dev.muster.demo;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a demo has found. */
interface Findings {

    /** Whether all that was claimed was seen to hold. */
    boolean held();

    /** For people; lines. */
    String text();

    /** For programs: a tree of texts, numbers, lists and maps. */
    Map<String, @Nullable Object> tree();

    /**
     * The same as JSON.
     * @param kept where the demo was left running; null when it was not
     */
    default String json(@Nullable Map<String, Object> kept) {
        Map<String, @Nullable Object> all = tree();
        if (kept != null) {
            all.put("kept", kept);
        }
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

}
