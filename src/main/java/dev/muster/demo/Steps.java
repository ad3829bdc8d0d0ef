package dev.muster.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The result of a demo that goes on only as long as everything holds.
 *
 * @param network of its addresses
 * @param steps in their order, those that were walked
 * @param planned how many there would have been
 */
record Steps(String network, List<Step> steps, int planned) implements Findings {

    Steps {
        steps = List.copyOf(steps);
    }

    @Override
    public boolean held() {
        return this.steps.size() == this.planned && this.steps.stream().allMatch(Step::held);
    }

    @Override
    public String text() {
        String walked = this.steps.stream().map(Step::text).collect(Collectors.joining());
        int left = this.planned - this.steps.size();
        return (left == 0) ? walked : walked + "%n%d more not tried%n".formatted(left);
    }

    @Override
    public Map<String, @Nullable Object> tree() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("held", held());
        tree.put("network", this.network);
        tree.put("steps", this.steps.stream().map(Step::tree).toList());
        tree.put("planned", this.planned);
        return tree;
    }

}
