package dev.muster.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TemplatesTests {

    private static final Map<String, Object> DATA = Toml.parse("""
            [cfg]
            port = 6379
            name = "a<b>&'c\\""
            on = true
            off = false
            zero = 0
            ratio = 0.5
            whole = 2.0
            big = 9223372036854775807
            day = 2026-11-22
            nan = nan
            empty-table = {}
            empty-list = []
            empty = ""
            ports = [80, 443]
            words = ["a\\"b", "c"]
            dash-ed = "d"
            "with space" = "s"
            nested = { b = { c = 1 }, a = "x" }
            users = [{ name = "ann", tags = ["x", "y"] }, { name = "bob", tags = [] }]

            [[svc.members]]
            alive = true
            sys.ip = "10.0.0.1"
            [[svc.members]]
            alive = false
            sys.ip = "10.0.0.2"
            [[svc.members]]
            alive = true
            sys.ip = "10.0.0.3"
            cfg = "own"
            """);

    private final Templates templates = new Templates(
            (ident) -> PACKAGES.containsKey(ident) ? Optional.of(PACKAGES.get(ident)) : Optional.empty());

    private static final Map<String, String> PACKAGES = Map.of("core/bash", "/hab/pkgs/core/bash/5.1/20230301000000");

    static Stream<Arguments> renderings() {
        return Stream.of(
                // Values.
                arguments("port {{cfg.port}}\n", "port 6379\n"), arguments("{{cfg.name}}", "a<b>&'c\""),
                arguments("{{{cfg.name}}}", "a<b>&'c\""), arguments("{{&cfg.name}}", "a<b>&'c\""),
                arguments("{{cfg.on}} {{cfg.off}} {{cfg.zero}}", "true false 0"),
                arguments("{{cfg.ratio}} {{cfg.whole}} {{cfg.big}}", "0.5 2.0 9223372036854775807"),
                arguments("{{cfg.day}}", "2026-11-22"), arguments("{{cfg.ports}} {{cfg.nested}}", "[80, 443] [object]"),
                arguments("[{{cfg.missing}}{{missing.x.y}}{{cfg.port.x}}{{cfg.ports.[7]}}{{cfg.ports.x}}]", "[]"),
                arguments("{{cfg.ports.[1]}} {{cfg.ports.0}} {{cfg.users.[1].name}}", "443 80 bob"),
                arguments("{{cfg.dash-ed}} {{cfg.[with space]}}", "d s"),
                arguments("{{cfg/port}} {{this.cfg.port}}", "6379 6379"),
                arguments("{{cfg.empty.isEmpty}}{{cfg.port.class}}{{cfg.class.name}}{{cfg.ports.size}}", ""),
                // Tags.
                arguments("{{! c }}{{!-- }} --}}a{{ ! c }}{{ !-- }} --}}", "a"),
                arguments("a  {{~ cfg.port ~}}  b", "a6379b"),
                arguments("\\{{cfg.port}} \\{{ #if x}}", "{{cfg.port}} {{ #if x}}"),
                arguments("{{ #if cfg.on}}a{{ else }}b{{ /if }}", "a"),
                arguments("{{~ #if cfg.off}}a{{ else }}b{{~ /if }}", "b"),
                arguments("a\n{{#if cfg.on}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"),
                arguments("a\r\n{{#if cfg.on}}\r\nb\r\n{{/if}}\r\nc\r\n", "a\r\nb\r\nc\r\n"),
                arguments("$ \\ ${x} $1", "$ \\ ${x} $1"),
                // Truth.
                arguments(
                        "{{#if cfg.zero}}1{{else}}0{{/if}}{{#if cfg.nan}}1{{else}}0{{/if}}{{#if cfg.empty}}1{{else}}0{{/if}}",
                        "000"),
                arguments(
                        "{{#if cfg.empty-table}}1{{else}}0{{/if}}{{#if cfg.empty-list}}1{{else}}0{{/if}}{{#if cfg.missing}}1{{else}}0{{/if}}",
                        "000"),
                arguments(
                        "{{#if cfg.port}}1{{/if}}{{#if cfg.nested}}1{{/if}}{{#if cfg.ports}}1{{/if}}{{#if cfg.day}}1{{/if}}",
                        "1111"),
                arguments("{{#if cfg.zero includeZero=true}}1{{/if}}{{#unless cfg.off}}2{{else}}3{{/unless}}", "12"),
                arguments("{{#if cfg.off}}1{{else if cfg.on}}2{{else}}3{{/if}}", "2"),
                // Loops.
                arguments("{{#each cfg.ports}}{{@index}}:{{this}}{{#unless @last}},{{/unless}}{{/each}}", "0:80,1:443"),
                arguments("{{#each cfg.ports as |p i|}}{{i}}={{p}} {{/each}}", "0=80 1=443 "),
                arguments("{{#each cfg.nested}}{{@key}}{{#if @first}}!{{/if}} {{/each}}", "b! a "),
                arguments("{{#each cfg.nested as |v k|}}{{k}}={{v}} {{/each}}", "b=[object] a=x "),
                arguments("{{#each cfg.empty-list}}x{{else}}none{{/each}}{{#each cfg.port}}x{{else}}none{{/each}}",
                        "nonenone"),
                arguments(
                        "{{#each cfg.users}}{{name}}:{{#each tags}}{{../name}}{{this}}{{../../cfg.port}} {{/each}}{{/each}}",
                        "ann:annx6379 anny6379 bob:"),
                arguments("{{#each cfg.users as |u|}}{{#each u.tags as |t|}}{{u.name}}{{t}}{{name}} {{/each}}{{/each}}",
                        "annx anny "),
                arguments("{{#each cfg.users as |u|}}{{../cfg.port}}{{#if u.tags}}{{../cfg.port}}{{/if}} {{/each}}",
                        "63796379 6379 "),
                arguments("{{#each cfg.users}}{{cfg.port}}{{@root.cfg.port}} {{/each}}", "6379 6379 "),
                arguments("{{#each cfg.users}}{{#each tags}}{{@index}}{{/each}}{{@index}}{{/each}}{{@index}}", "0101"),
                arguments(
                        "{{#each cfg.users}}{{#with tags as |t|}}{{t.[0]}}{{@index}}{{else}}-{{@index}}{{/with}}{{/each}}",
                        "x0-1"),
                arguments("{{#each cfg.users}}{{lookup tags 1}}{{/each}}{{lookup cfg.nested \"a\"}}", "yx"),
                // Scopes.
                arguments(
                        "{{#with cfg}}{{port}} {{#with nested}}{{a}} {{../port}} {{../../cfg.port}}{{/with}}{{/with}}",
                        "6379 x 6379 6379"),
                arguments(
                        "{{#with cfg.nested as |n|}}{{n.a}} {{../cfg.port}}{{/with}}{{#with cfg.missing}}x{{else}}none{{/with}}",
                        "x 6379none"),
                arguments("{{#with cfg.nested.b}}{{#if c}}{{c}}{{../cfg.port}}{{/if}}{{/with}}", "16379"),
                arguments("{{#each svc.members as |cfg|}}{{cfg.sys.ip}} {{/each}}", "10.0.0.1 10.0.0.2 10.0.0.3 "),
                // Members.
                arguments("{{#eachAlive svc.members as |m|}}{{m.sys.ip}}{{#unless @last}},{{/unless}}{{~/eachAlive}}",
                        "10.0.0.1,10.0.0.3"),
                arguments("{{#eachAlive svc.members}}{{@index}}{{sys.ip}}{{../cfg.port}} {{/eachAlive}}",
                        "010.0.0.16379 110.0.0.36379 "),
                arguments("{{#eachAlive svc.nobody}}x{{else}}none{{/eachAlive}}", "none"),
                // Comparisons.
                arguments("{{eq cfg.port 6379}} {{eq cfg.whole 2}} {{eq cfg.port \"6379\"}} {{ne cfg.dash-ed 'd'}}",
                        "true true false false"),
                arguments(
                        "{{gt cfg.port 1024}} {{gte 2 2}} {{lt \"a\" \"b\"}} {{lte cfg.big 1}} {{gt cfg.nan 1}} {{lt cfg.on 1}}",
                        "true true true false false false"),
                arguments("{{#if (and cfg.on (not cfg.off) (or cfg.zero cfg.port))}}y{{/if}}", "y"),
                arguments("{{#eq cfg.port 6379}}y{{else}}n{{/eq}}{{#not cfg.on}}y{{else}}n{{/not}}", "yn"),
                arguments("{{len cfg.ports}} {{len cfg.nested}} {{len \"\u00e9\uD83D\uDE00\"}} {{len cfg.missing}}",
                        "2 2 2 0"),
                // Text.
                arguments("{{toUppercase cfg.dash-ed}}{{toLowercase \"ABC\"}}", "Dabc"),
                arguments("{{strReplace \"a.b.c\" \".\" \"$1\"}}", "a$1b$1c"),
                arguments("{{strJoin cfg.words \"|\"}} {{strJoin cfg.ports \",\"}}", "a\"b|c 80,443"),
                arguments("{{strConcat \"a\" cfg.port cfg.words.[0] cfg.missing}}", "a6379a\"b"),
                arguments("{{pkgPathFor \"core/bash\"}}/bin/sh{{pkgPathFor \"core/none\"}}",
                        "/hab/pkgs/core/bash/5.1/20230301000000/bin/sh"),
                arguments("{{toJson cfg.nested}}", "{\n  \"b\": {\n    \"c\": 1\n  },\n  \"a\": \"x\"\n}"),
                arguments("{{toJson cfg.words}}{{toJson cfg.empty-list}}{{toJson cfg.nan}}{{toJson cfg.day}}",
                        "[\n  \"a\\\"b\",\n  \"c\"\n][]null\"2026-11-22\""),
                arguments("{{toToml cfg.nested}}", "a = \"x\"\n\n[b]\nc = 1\n"),
                arguments("{{toToml cfg.words}}", "[\"a\\\"b\", \"c\"]"),
                arguments("{{toYaml cfg.nested}}", "---\nb:\n  c: 1\na: x\n"),
                arguments("{{toYaml cfg.users}}",
                        "---\n- name: ann\n  tags:\n  - x\n  - \"y\"\n- name: bob\n  tags: []\n"),
                arguments("{{log cfg.name}}{{log}}", ""));
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void aTemplateIsRenderedAsHabitatDoes(String template, String text) {
        assertThat(this.templates.render("redis.conf", template, DATA)).isEqualTo(text);
    }

    static Stream<Arguments> failures() {
        return Stream.of(arguments("a\n{{#if x}}\nb", 2, 1, "{{/if}} is missing"),
                arguments("a\n {{x", 2, 2, "}} is missing"),
                arguments("{{#if x}}\n{{/each}}", 2, 1, "{{/if}} has to come before {{/each}}"),
                arguments("a\n  {{nope cfg.port}}", 2, 5, "there is no helper 'nope'"),
                arguments("a\n  {{#nope cfg.port}}{{/nope}}", 2, 3, "there is no helper 'nope'"),
                arguments("{{#if cfg.on}}\n{{#cfg.nested}}{{a}}{{/cfg.nested}}{{/if}}", 2, 1, "{{#with cfg.nested}}"),
                arguments("{{#if (nope 1)}}{{/if}}", 1, 8, "there is no helper 'nope'"),
                arguments("x {{cfg.ports[0]}}", 1, 5, "with a dot: cfg.ports.[0], not cfg.ports[0]"),
                arguments("a\n{{> other}}", 2, 3, "partials"),
                arguments("a {{strJoin cfg.port \",\"}}", 1, 5, "strJoin takes a list and a separator, not '6379'"),
                arguments("{{strReplace cfg.port \"a\" \"b\"}}", 1, 3, "strReplace takes a text, not '6379'"),
                arguments("{{toUppercase cfg.missing}}", 1, 3, "not a missing value"),
                arguments("{{eq 1}}", 1, 3, "eq takes 2 values, found 1"),

                arguments("{{not}}", 1, 3, "not takes 1 value, found 0"),
                arguments("{{#if}}a{{/if}}", 1, 4, "if is a block and takes one value"),
                arguments("{{each cfg.ports}}", 1, 3, "each is a block"),
                arguments("a\n{{^if cfg.on}}a{{/if}}", 2, 1, "write {{#unless ...}}"),
                arguments("{{~ ^cfg.on}}a{{/cfg.on}}", 1, 1, "write {{#unless ...}}"),
                arguments("{{#*inline \"a\"}}a{{/inline}}", 1, 3, "decorators"),
                arguments("{{precompile \"x\"}}", 1, 3, "there is no helper 'precompile'"),
                arguments("{{include \"x\"}}", 1, 3, "there is no helper 'include'"),
                arguments("{{i18n \"x\"}}", 1, 3, "there is no helper 'i18n'"),
                arguments("{{#block \"x\"}}{{/block}}", 1, 1, "there is no helper 'block'"),
                arguments("{{#partial \"x\"}}{{/partial}}", 1, 1, "there is no helper 'partial'"),
                arguments("{{embedded \"x\"}}", 1, 3, "there is no helper 'embedded'"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatCannotBeRenderedIsNamedWithItsPlace(String template, int line, int column, String problem) {
        assertThatExceptionOfType(RenderException.class)
            .isThrownBy(() -> this.templates.render("redis.conf", template, DATA))
            .withMessageStartingWith("The template redis.conf cannot be rendered: line ")
            .withMessageContaining(problem)
            .satisfies((ex) -> assertThat(List.of(ex.template(), ex.line(), ex.column())).containsExactly("redis.conf",
                    line, column));
    }

    @Test
    void aTemplateNestedTooDeeplyIsRefused() {
        String template = "{{#if cfg.on}}".repeat(20000) + "{{/if}}".repeat(20000);
        assertThatExceptionOfType(RenderException.class).isThrownBy(() -> this.templates.render("deep", template, DATA))
            .withMessageContaining("nested too deeply");
    }

    @Test
    void manyThreadsRenderEachItsOwn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<String>> renderings = IntStream.range(0, 200)
                .<Callable<String>>mapToObj((i) -> () -> this.templates.render("t" + i,
                        "{{#each cfg.items as |x|}}{{x}}{{@index}}{{/each}}" + i,
                        Map.of("cfg", Map.of("items", List.of((long) i, "b")))))
                .toList();
            List<Future<String>> rendered = threads.invokeAll(renderings);
            for (int i = 0; i < rendered.size(); i++) {
                assertThat(rendered.get(i).get()).isEqualTo(i + "0b1" + i);
            }
        }
        finally {
            threads.shutdown();
        }
    }

    @Test
    void dataMayHoldNulls() {
        Map<String, Object> data = new HashMap<>();
        data.put("leader", null);
        assertThat(this.templates.render("x",
                "[{{leader}}{{leader.sys.ip}}{{#if leader}}a{{/if}}{{#with leader}}b{{/with}}]", data))
            .isEqualTo("[]");
    }

}
