package dev.muster.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.github.jknack.handlebars.Helper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** The whole language of templates: template, data, text. */
class TemplateTableTests {

    private static final Map<String, Object> DATA = Toml.parse("""
            [sys]
            ip = "10.0.0.1"
            [pkg]
            name = "redis"
            [cfg]
            port = 6379
            name = "Ann"
            yes = true
            no = false
            zero = 0
            none = 0.0
            neg = -5
            ratio = 0.5
            whole = 1.0
            big = 9223372036854775807
            small = -9223372036854775808
            huge = 1e21
            tiny = 1e-7
            nan = nan
            inf = inf
            day = 2026-11-22
            at = 2026-11-22T10:00:00Z
            empty = ""
            digits = "42"
            emptyTable = {}
            emptyList = []
            ports = [80, 443]
            mixed = ["a", 1, 1.0, true, [2, 3], { x = 1 }]
            words = ["b", "a"]
            nested = { b = { c = 1 }, a = "x" }
            users = [{ name = "ann", tags = ["x", "y"] }, { name = "bob", tags = [] }]
            "0" = "zero's"
            "a b" = "blank"
            "a.b" = "dot"

            [[svc.members]]
            alive = true
            sys.ip = "10.0.0.1"
            [[svc.members]]
            alive = false
            sys.ip = "10.0.0.2"
            [[svc.members]]
            sys.ip = "10.0.0.4"
            [[svc.members]]
            alive = true
            sys.ip = "10.0.0.3"
            """);

    private static final Templates TEMPLATES = new Templates(
            (ident) -> ident.equals("core/bash") ? Optional.of("/hab/pkgs/core/bash/5.1/1") : Optional.empty());

    static Stream<Arguments> values() {
        return Stream.of(
                // Numbers stay as they are.
                arguments("{{cfg.port}} {{cfg.neg}} {{cfg.zero}}", "6379 -5 0"),
                arguments("{{cfg.big}} {{cfg.small}}", "9223372036854775807 -9223372036854775808"),
                arguments("{{cfg.ratio}} {{cfg.whole}} {{cfg.none}}", "0.5 1.0 0.0"),
                arguments("{{cfg.huge}} {{cfg.tiny}}", "1e21 1e-7"), arguments("{{cfg.nan}} {{cfg.inf}}", "nan inf"),
                arguments("{{cfg.yes}} {{cfg.no}}", "true false"),
                arguments("{{cfg.day}} {{cfg.at}}", "2026-11-22 2026-11-22T10:00:00Z"),
                // Lists and tables.
                arguments("{{cfg.ports}} {{cfg.emptyList}}", "[80, 443] []"),
                arguments("{{cfg.mixed}}", "[a, 1, 1.0, true, [2, 3], [object]]"),
                arguments("{{cfg.nested}} {{cfg.emptyTable}}", "[object] [object]"),
                // What is missing is empty.
                arguments("[{{cfg.x}}{{x}}{{x.y.z}}{{cfg.port.x}}{{cfg.ports.[2]}}{{cfg.ports.x}}{{cfg.empty}}]", "[]"),
                // Paths.
                arguments("{{cfg.ports.[0]}} {{cfg.ports.1}} {{cfg/ports/[1]}}", "80 443 443"),
                arguments("{{cfg.users.[0].tags.[1]}} {{cfg.users.0.name}}", "y ann"),
                arguments("{{cfg.[0]}} {{cfg.[a b]}} {{cfg.[a.b]}} {{cfg.[port]}}", "zero's blank dot 6379"),
                arguments("{{this.cfg.port}} {{./cfg.port}} {{@root.cfg.port}}", "6379 6379 6379"),
                // Nothing is escaped.
                arguments("{{toJson '<&>'}} {{{cfg.name}}} {{&cfg.name}} {{~{cfg.name}~}} |", "\"<&>\" Ann AnnAnn|"));
    }

    static Stream<Arguments> truth() {
        return Stream
            .of("cfg.no", "cfg.zero", "cfg.none", "cfg.nan", "cfg.empty", "cfg.emptyTable", "cfg.emptyList", "cfg.x",
                    "x.y", "null", "undefined", "false", "0", "\"\"", "@key", "(not cfg.yes)", "(lookup cfg.ports 7)")
            .map((value) -> arguments("{{#if " + value + "}}+{{else}}-{{/if}}{{#unless " + value
                    + "}}-{{else}}+{{/unless}}{{#with " + value + "}}+{{else}}-{{/with}}{{and " + value + "}}" + "{{or "
                    + value + "}}{{not " + value + "}}", "---falsefalsetrue"));
    }

    static Stream<Arguments> truthOfTheRest() {
        return Stream
            .of("cfg.yes", "cfg.port", "cfg.neg", "cfg.ratio", "cfg.big", "cfg.inf", "cfg.name", "cfg.day",
                    "cfg.nested", "cfg.ports", "cfg", "this", "true", "1", "\"0\"", "\"false\"", "(eq 1 1)")
            .map((value) -> arguments("{{#if " + value + "}}+{{else}}-{{/if}}{{#unless " + value
                    + "}}-{{else}}+{{/unless}}{{#with " + value + "}}+{{else}}-{{/with}}{{and " + value + "}}" + "{{or "
                    + value + "}}{{not " + value + "}}", "+++truetruefalse"));
    }

    static Stream<Arguments> blocks() {
        return Stream.of(arguments("{{#if cfg.zero includeZero=true}}0{{/if}}", "0"),
                arguments("{{#if cfg.no}}1{{else if cfg.yes}}2{{else}}3{{/if}}", "2"),
                arguments("{{#if cfg.no}}1{{else if cfg.zero}}2{{else}}3{{/if}}", "3"),
                arguments("{{#if cfg.no}}1{{else unless cfg.no}}2{{/if}}", "2"),
                arguments("{{#if cfg.no}}1{{else with cfg.nested as |n|}}{{n.a}}{{else}}3{{/if}}", "x"),
                arguments("{{#if cfg.no}}1{{^}}2{{/if}}", "2"),
                arguments("{{#if cfg.no}}1{{else eq cfg.port 1}}2{{else}}3{{/if}}", "3"),
                // Loops.
                arguments("{{#each cfg.ports}}{{@index}}{{@first}}{{@last}}{{this}} {{/each}}",
                        "0truefalse80 1falsetrue443 "),
                arguments("{{#each cfg.nested}}{{@key}}{{@index}}{{@first}}{{@last}} {{/each}}",
                        "b0truefalse a1falsetrue "),
                arguments("{{#each cfg.ports as |p|}}{{p}}{{this}} {{/each}}", "8080 443443 "),
                arguments("{{#each cfg.ports as |p i|}}{{i}}={{p}} {{/each}}", "0=80 1=443 "),
                arguments("{{#each cfg.nested as |v k|}}{{k}}={{v}} {{/each}}", "b=[object] a=x "),
                arguments("{{#each cfg.emptyList}}x{{else}}-{{/each}}{{#each cfg.x}}x{{else}}-{{/each}}", "--"),
                arguments("{{#each cfg.port}}x{{else}}-{{/each}}{{#each cfg.name}}x{{^}}-{{/each}}", "--"),
                arguments("{{#each cfg.users}}{{name}}{{else}}-{{/each}}", "annbob"),
                // Members.
                arguments("{{#eachAlive svc.members as |m|}}{{@index}}{{m.sys.ip}}{{@first}}{{@last}} {{/eachAlive}}",
                        "010.0.0.1truefalse 110.0.0.3falsetrue "),
                arguments("{{#eachAlive svc.members as |m i|}}{{i}}{{/eachAlive}}", "01"),
                arguments("{{#eachAlive svc.members}}{{sys.ip}}{{../sys.ip}} {{/eachAlive}}",
                        "10.0.0.110.0.0.1 10.0.0.310.0.0.1 "),
                arguments("{{#eachAlive cfg.users}}x{{else}}-{{/eachAlive}}", "-"),
                // With.
                arguments("{{#with cfg.nested}}{{a}}{{port}}{{/with}}", "x"),
                arguments("{{#with cfg.nested.b as |b|}}{{b.c}}{{c}}{{/with}}", "11"),
                arguments("{{#with cfg.port}}{{this}}{{/with}}", "6379"));
    }

    static Stream<Arguments> scopes() {
        return Stream.of(
                arguments("{{#with cfg}}{{#with nested}}{{../port}} {{../../sys.ip}}{{/with}}{{/with}}",
                        "6379 10.0.0.1"),
                // An if is no scope.
                arguments("{{#with cfg}}{{#if nested}}{{port}}{{../pkg.name}}{{/if}}{{/with}}", "6379redis"),
                arguments("{{#each cfg.users}}{{#if tags}}{{#each tags}}{{../name}}{{this}} {{/each}}{{/if}}{{/each}}",
                        "annx anny "),
                arguments("{{#each cfg.users as |u|}}{{#each u.tags as |t|}}{{u.name}}{{t}}{{../name}} {{/each}}"
                        + "{{/each}}", "annxann annyann "),
                arguments("{{#each cfg.users as |u|}}{{../sys.ip}}{{/each}}", "10.0.0.110.0.0.1"),
                arguments("{{#with cfg as |c|}}{{#with c.nested as |c|}}{{c.a}}{{/with}}{{c.port}}{{/with}}", "x6379"),
                arguments("{{#with cfg.nested as |cfg|}}{{cfg.a}}{{cfg.port}}{{@root.cfg.port}}{{/with}}", "x6379"),
                // What a block stands on is all that it sees.
                arguments("{{#each cfg.users}}{{sys.ip}}{{cfg.port}}{{/each}}", ""),
                arguments("{{#each cfg.users}}{{#each tags}}{{@../index}}{{@index}}{{@../last}} {{/each}}{{/each}}",
                        "00false 01false "),
                arguments("{{#each cfg.users}}{{#with tags}}{{@index}}{{@../index}}{{/with}}{{/each}}", "00"),
                arguments("{{#each cfg.users}}{{#each tags}}{{/each}}{{@index}}{{/each}}{{@index}}", "01"),
                arguments("{{#each cfg.ports}}{{@root.pkg.name}}{{../../x}}{{/each}}", "redisredis"),
                arguments("{{#each cfg.words}}{{lookup @root.cfg.ports @index}} {{/each}}", "80 443 "));
    }

    static Stream<Arguments> comparisons() {
        return Stream.of(
                arguments("{{eq cfg.port 6379}} {{eq cfg.port \"6379\"}} {{eq cfg.name 'Ann'}}", "true false true"),
                arguments("{{eq cfg.neg -5}} {{eq cfg.ratio 0.5}} {{eq cfg.whole 1}} {{eq cfg.nan cfg.nan}}",
                        "true true true false"),
                arguments("{{eq cfg.big 9223372036854775807}} {{toJson -3000000000}} {{toJson 18446744073709551616}}",
                        "true -3000000000 18446744073709551616"),
                arguments("{{eq cfg.x null}} {{eq cfg.ports cfg.ports}} {{eq cfg.yes true}}", "true true true"),
                arguments("{{ne cfg.port 6379}} {{ne cfg.port 1}} {{ne cfg.x cfg.port}}", "false true true"),
                arguments("{{gt 2 1}} {{gt 1 1}} {{gte 1 1}} {{lt 1 2}} {{lte 2 1}} {{lte 1 1.0}}",
                        "true false true true false true"),
                arguments("{{gt cfg.big 9223372036854775806}} {{lt cfg.small cfg.huge}} {{lt cfg.nan 1}}",
                        "true true false"),
                arguments("{{lt \"a\" \"b\"}} {{gt \"a\" \"B\"}} {{gt true false}} {{lte true false}}",
                        "true true true false"),
                arguments("{{lt cfg.digits 100}} {{gte 42 cfg.digits}} {{gt cfg.name 1}} {{lt 1 cfg.name}}",
                        "true true false false"),
                arguments("{{gt cfg.ports 1}} {{lt cfg.x 1}} {{gt \"-1.5e1\" -16}}", "false false true"),
                arguments("{{and 1 2 3}} {{and 1 0 3}} {{or 0 \"\" 3}} {{or 0 \"\"}}", "true false true false"),
                arguments("{{#and cfg.yes cfg.port}}y{{else}}n{{/and}}{{#or cfg.no}}y{{else}}n{{/or}}", "yn"),
                arguments("{{#eq cfg.port 1}}y{{else}}n{{/eq}}{{#ne cfg.port 1}}y{{/ne}}{{#gt 2 1}}y{{/gt}}", "nyy"),
                arguments("{{#not cfg.x}}y{{else}}n{{/not}}{{#if (and cfg.yes (not (lt cfg.port 1024)))}}y{{/if}}",
                        "yy"),
                arguments("{{len cfg.ports}} {{len cfg.nested}} {{len cfg.name}} {{len cfg.port}} {{len cfg.x}}",
                        "2 2 3 0 0"));
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                arguments("{{lookup cfg.ports 1}} {{lookup cfg \"port\"}} {{lookup cfg.nested 'x'}}", "443 6379 "),
                arguments("{{lookup (lookup cfg.users 0) \"name\"}} {{lookup cfg.name 0}}", "ann "),
                arguments("[{{log cfg.name}}{{log \"a\" cfg level=\"warn\"}}]", "[]"),
                arguments("{{toUppercase cfg.name}} {{toLowercase \"\u00c9T\u00c9\"}}", "ANN \u00e9t\u00e9"),
                arguments("{{strReplace \"a.b.c\" \".\" \"\"}} {{strReplace cfg.name \"n\" \"$0\"}}", "abc A$0$0"),
                arguments("{{strJoin cfg.ports \", \"}} {{strJoin cfg.words \"\"}}", "80, 443 ba"),
                arguments("{{strJoin cfg.mixed \";\"}} {{strJoin cfg.emptyList \";\"}}", "a;1;1.0;true;[2, 3] "),
                arguments("{{strConcat cfg.name \"-\" cfg.port cfg.x cfg.nested true}}", "Ann-6379true"),
                arguments("{{pkgPathFor \"core/bash\"}}/bin{{pkgPathFor 'core/none'}}",
                        "/hab/pkgs/core/bash/5.1/1/bin"),
                arguments("{{toJson cfg.port}} {{toJson cfg.name}} {{toJson cfg.x}} {{toJson cfg.inf}}",
                        "6379 \"Ann\" null null"),
                arguments("{{toJson cfg.nested}}", "{\n  \"b\": {\n    \"c\": 1\n  },\n  \"a\": \"x\"\n}"),
                arguments("{{toJson cfg.ports}}{{toJson cfg.emptyList}}{{toJson cfg.emptyTable}}",
                        "[\n  80,\n  443\n][]{}"),
                arguments("{{toJson cfg.big}} {{toJson cfg.whole}}", "9223372036854775807 1.0"),
                arguments("{{toToml cfg.nested}}|{{toToml cfg.words}}|{{toToml cfg.day}}|{{toToml cfg.x}}",
                        "a = \"x\"\n\n[b]\nc = 1\n|[\"b\", \"a\"]|2026-11-22|"),
                arguments("{{toToml cfg.users.[0]}}", "name = \"ann\"\ntags = [\"x\", \"y\"]\n"),
                arguments("{{toYaml cfg.nested}}", "---\nb:\n  c: 1\na: x\n"),
                arguments("{{toYaml cfg.mixed}}", "---\n- a\n- 1\n- 1.0\n- true\n- - 2\n  - 3\n- x: 1\n"),
                arguments("{{toYaml cfg.digits}}{{toYaml cfg.emptyTable}}", "---\n\"42\"\n---\n{}\n"),
                // Texts in a template have the escapes of JSON.
                arguments("{{strConcat \"a\\\"b\" 'c\\'d' \"e\\\\f\\t\\u0041\" \"}}\"}}", "a\"bc'de\\f\tA}}"),
                arguments("{{strReplace \"a\\nb\" \"\\n\" \",\"}}", "a,b"));
    }

    static Stream<Arguments> whitespace() {
        return Stream.of(
                // A line with one tag and blanks goes with the tag.
                arguments("a\n{{#if cfg.yes}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"),
                arguments("a\n  {{#if cfg.no}}\t\nb\n \t{{else}}  \n  c\n  {{/if}} \nd", "a\n  c\nd"),
                arguments("{{! x }}\na\n {{!-- }} --}} \nb\n", "a\nb\n"),
                arguments("{{#each cfg.ports}}\n- {{this}}\n{{/each}}\n", "- 80\n- 443\n"),
                arguments("{{#if cfg.no}}\n1\n{{else if cfg.yes}}\n2\n{{/if}}\n", "2\n"),
                arguments("\n\n{{#if cfg.yes}}\n\na\n\n{{/if}}\n\n", "\n\n\na\n\n\n"),
                // One with anything else stays, also with a second tag.
                arguments("{{#if cfg.yes}} a {{/if}}\nb", " a \nb"),
                arguments("{{#if cfg.yes}}{{#if cfg.yes}}\na\n{{/if}}{{/if}}\nb\n", "\na\n\nb\n"),
                arguments("{{#if cfg.yes}}\n{{#each cfg.ports}}{{this}}{{/each}}\n{{/if}}\n", "80443\n"),
                arguments("a {{! x }}\nb {{cfg.port}}\n{{cfg.port}}\n", "a \nb 6379\n6379\n"),
                arguments("{{#if cfg.yes}}{{! x }}\na{{/if}}\n", "\na\n"),
                // A last line without an end stays too.
                arguments("a\n{{#if cfg.yes}}\nb\n{{/if}}", "a\nb\n"),
                arguments("{{#if cfg.yes}}\nb\n  {{/if}}", "b\n  "),
                // Line ends of either kind.
                arguments("a\r\n{{#if cfg.yes}}\r\nb\r\n  {{/if}}  \r\nc\r\n", "a\r\nb\r\nc\r\n"),
                arguments("{{#each cfg.ports}}\r\n{{this}}\r\n{{/each}}\r\n", "80\r\n443\r\n"),
                // All white space goes where that is asked for.
                arguments("a \n {{~cfg.port~}} \n\t b", "a6379b"), arguments("a {{~cfg.port}} b", "a6379 b"),
                arguments("a {{cfg.port~}} b", "a 6379b"), arguments("a {{{~cfg.port~}}} b", "a6379b"),
                arguments("a {{~#if cfg.yes~}} b {{~else~}} c {{~/if~}} d", "abd"),
                arguments("a\n{{~#if cfg.yes}}\n b\n{{~/if}}\nc", "a bc"),
                arguments("a {{~! x ~}} b {{~!-- x --~}} c", "abc"),
                arguments("{{#each cfg.ports ~}}\n {{this}}\n{{~#unless @last}},{{/unless}}\n{{~/each}}", "80,443"),
                // Blanks within a tag are none of the text's.
                arguments("{{ cfg.port }}{{ #if cfg.yes }}a{{ else }}b{{ /if }}{{~ #if cfg.no}}a{{~ /if}}", "6379a"),
                arguments("{{#if\n  cfg.yes\n}}a{{/if}}", "a"));
    }

    static Stream<Arguments> escapes() {
        return Stream.of(arguments("\\{{cfg.port}} {{cfg.port}}", "{{cfg.port}} 6379"),
                arguments("\\{{#if x}} \\{{/if}} \\{{{x}}}", "{{#if x}} {{/if}} {{{x}}}"),
                arguments("\\\\{{cfg.port}} \\\\\\{{cfg.port}}", "\\6379 \\\\6379"),
                arguments("\\\\{{#if cfg.yes}}\\\\{{/if}}\\", "\\\\\\"),
                arguments("C:\\a\\b \\n \\", "C:\\a\\b \\n \\"),
                arguments("a\\\n{{#if cfg.yes}}\nb \\\n{{/if}}\n", "a\\\nb \\\n"),
                arguments("awk '{print $1}' ${x} }} } { a{b", "awk '{print $1}' ${x} }} } { a{b"),
                arguments("{{{{raw}}}}{{cfg.port}} {{#if}}{{{{/raw}}}}", "{{cfg.port}} {{#if}}"),
                arguments("{{! a }} {{!-- {{cfg.port}} --}}{{!}}", " "));
    }

    @ParameterizedTest
    @MethodSource({ "values", "truth", "truthOfTheRest", "blocks", "scopes", "comparisons", "texts", "whitespace",
            "escapes" })
    void aTemplateGivesThisText(String template, String text) {
        assertThat(TEMPLATES.render("redis.conf", template, DATA)).isEqualTo(text);
    }

    @Test
    void theTableHasEveryHelper() {
        Map<String, Helper<?>> helpers = new HashMap<>();
        BlockHelpers.addTo(helpers);
        ValueHelpers.addTo(helpers, (ident) -> Optional.empty());
        String all = Stream
            .of(values(), truth(), truthOfTheRest(), blocks(), scopes(), comparisons(), texts(), whitespace())
            .flatMap((part) -> part)
            .map((row) -> (String) row.get()[0])
            .reduce("", String::concat);
        assertThat(helpers.keySet())
            .allSatisfy((helper) -> assertThat(all).containsPattern("\\{\\{#?" + helper + "[ }]"))
            .hasSize(26);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(arguments("a\n  {{cfg.ports[0]}}", 2, 5, "with a dot: cfg.ports.[0], not cfg.ports[0]"),
                arguments("{{#each svc.members[0].sys}}{{/each}}", 1, 9, "svc.members.[0], not svc.members[0]"),
                arguments("{{lookup (lookup cfg[a b] 1) 2}}", 1, 18, "cfg.[a b], not cfg[a b]"),
                arguments("\u00e9\uD83D\uDE00\n\n\t {{nope 1}}", 3, 5, "there is no helper 'nope'"),
                arguments("{{#if cfg.yes}}\n\n  {{/if}}\n{{ nope 1}}", 4, 4, "there is no helper 'nope'"),
                arguments("{{! nope }}{{toUppercase (nope 1)}}", 1, 27, "there is no helper 'nope'"),
                arguments("a {{~ #nope}}{{/nope}}", 1, 3, "there is no helper 'nope'"),
                arguments("{{#cfg.yes}}{{/cfg.yes}}", 1, 1, "{{#with cfg.yes}}"),
                arguments("a\n{{else}}", 2, 1, "stands in no block"),
                arguments("{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "has an {{else}} already"),
                arguments("{{#if a}}\n{{/if}}\n{{/if}}", 3, 1, "ends a block, and none is open"),
                arguments("{{#if a}}\n{{#each b}}\n{{/if}}", 3, 1, "{{/each}} has to come before {{/if}}"),
                arguments("a {{!-- x }}", 1, 3, "--}} is missing"), arguments("{{! x", 1, 1, "}} is missing"),
                arguments("{{strConcat \"a}}", 1, 1, "behind a closing \""),
                arguments("{{{a}}", 1, 1, "}}} is missing"), arguments("a{{}}", 1, 2, "is empty"),
                arguments("{{=<% %>=}}", 1, 1, "cannot be set"), arguments("{{{{x}}}}{{{{/x}}}}", 1, 1, "{{{{raw}}}}"),
                arguments("{{#if a}}{{^b}}{{/if}}", 1, 10, "write {{#unless ...}}"),
                arguments("{{eq 1}}", 1, 3, "eq takes 2 values, found 1"),
                arguments("{{and}}", 1, 3, "and takes at least 1 value, found 0"),
                arguments("{{lookup cfg}}", 1, 3, "lookup takes 2 values, found 1"),
                arguments("{{strReplace cfg.name \"a\"}}", 1, 3, "strReplace takes 3 values, found 2"),
                arguments("{{strJoin cfg.name \",\"}}", 1, 3, "strJoin takes a list and a separator, not 'Ann'"),
                arguments("{{strJoin cfg.ports 1}}", 1, 3, "strJoin takes a text, not '1'"),
                arguments("{{toLowercase cfg.ports}}", 1, 3, "toLowercase takes a text, not a list"),
                arguments("{{pkgPathFor cfg.x}}", 1, 3, "pkgPathFor takes a text, not a missing value"),
                arguments("{{#with a b}}{{/with}}", 1, 4, "with is a block and takes one value"),
                arguments("\n{{#each cfg.ports}}\n {{toUppercase this}}\n{{/each}}", 3, 4, "toUppercase takes a text"),
                arguments("{{strConcat \"a\\\"b\" \"c\\n\"}}{{toUppercase 1}}", 1, 29, "toUppercase takes a text"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedWithItsPlace(String template, int line, int column, String problem) {
        assertThatExceptionOfType(RenderException.class).isThrownBy(() -> TEMPLATES.render("x", template, DATA))
            .withMessageContaining(problem)
            .satisfies((ex) -> assertThat(Arrays.asList(ex.line(), ex.column())).containsExactly(line, column));
    }

    @Test
    void aMissingKeyAndANullAreTheSame() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("leader", null);
        for (String name : new String[] { "leader", "missing" }) {
            String template = "[{{NAME}}{{NAME.sys.ip}}{{#if NAME}}a{{/if}}{{#each NAME}}b{{/each}}{{toJson NAME}}"
                    + "{{len NAME}}{{eq NAME null}}{{strConcat NAME}}]";
            assertThat(TEMPLATES.render("x", template.replace("NAME", name), data)).isEqualTo("[null0true]");
        }
    }

}
