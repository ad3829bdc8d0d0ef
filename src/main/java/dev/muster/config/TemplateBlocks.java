package dev.muster.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which blocks of a template are open, so that one that ends in the wrong place is named.
 */
final class TemplateBlocks {

    private final TemplateText text;

    private final List<Block> all = new ArrayList<>();

    private final Deque<Block> open = new ArrayDeque<>();

    /** The open ones whose {@code {{else}}} has been. */
    private final Set<Block> otherwise = new HashSet<>();

    TemplateBlocks(TemplateText text) {
        this.text = text;
    }

    /** All that were opened, in their order. */
    List<Block> all() {
        return this.all;
    }

    /**
     * @param tag with its sign
     */
    void open(String tag, int offset) {
        Block block = new Block(tag.substring(1).strip().split("\\s", 2)[0], offset);
        this.all.add(block);
        this.open.push(block);
    }

    /**
     * @param tag as {@code else} or {@code else if x}
     */
    void otherwise(String tag, int offset) {
        if (this.open.isEmpty()) {
            throw this.text.problem(offset, "{{" + tag + "}} stands in no block", null);
        }
        if (this.otherwise.contains(this.open.peek())) {
            throw this.text.problem(offset, "the block {{#" + this.open.peek().name() + "}} has an {{else}} already",
                    null);
        }
        if (tag.equals("else") || tag.equals("^")) {
            this.otherwise.add(this.open.peek());
        }
    }

    void close(String tag, int offset) {
        String name = tag.substring(1).strip();
        if (this.open.isEmpty()) {
            throw this.text.problem(offset, "{{/" + name + "}} ends a block, and none is open here", null);
        }
        Block last = this.open.pop();
        if (!last.name().equals(name)) {
            throw this.text.problem(offset, "{{/" + last.name() + "}} has to come before {{/" + name + "}}", null);
        }
    }

    /** The template is over. */
    void end() {
        if (!this.open.isEmpty()) {
            Block block = this.open.peek();
            throw this.text.problem(block.offset(), "this block does not end: {{/" + block.name() + "}} is missing",
                    null);
        }
    }

    /**
     * A block's opening tag.
     *
     * @param name of its helper
     * @param offset of the tag in the source
     */
    record Block(String name, int offset) {

    }

}
