package moira.engine.jinja;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template is a program from the net: whatever it does, it ends with one line, and takes neither the hour nor the memory. */
class HostileTemplateTest {
    /** Of a template that does not end, with much to spare for a busy machine: nothing passes or fails by a second. */
    private static final Duration NEVER = Duration.ofMinutes(2);

    private static final String MANY = "{% for i in range(99999) %}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                MANY + MANY + "{% endfor %}{% endfor %}",
                MANY + MANY + "{{ i }}{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() ~ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{% for i in [1] %}{{ m(n) }}{% endfor %}{% endmacro %}{{ m(1) }}",
                "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
                "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{{ range(1000000000) | list }}",
                "{{ range(9223372036854775807) }}",
                "{{ 'x' * 1000000000 }}",
                "{{ 'x' * 9223372036854775807 }}",
                "{{ [1] * 1000000000 }}",
                "{{ 'x'.center(1000000000) }}",
                "{{ 'x' | center(1000000000) }}",
                "{{ 'x' | indent(1000000000) }}",
                "{{ '7'.zfill(16000000) * 16000000 }}",
                "{{ 2 ** 10000000000 }}",
                "{{ 9223372036854775807 * 2 }}",
                "{{ (0 - 9223372036854775807 - 1) // -1 }}",
                "{% set ns = namespace(t='xxxxxxxxxxxxxxxx') %}" + MANY + "{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
                "{% set ns = namespace(t='xxxxxxxxxxxxxxxx') %}" + MANY + "{% set ns.t = ns.t + 'x' %}{% endfor %}",
                "{% set ns = namespace(t='x') %}" + MANY + "{% set ns.t = ns.t.replace('x', 'xx') %}{% endfor %}",
                "{% set ns = namespace(l=[1]) %}" + MANY + "{% set ns.l = ns.l + ns.l %}{% endfor %}",
                "{% set ns = namespace(l=[1]) %}" + MANY + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[1]) %}" + MANY + "{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l | tojson }}",
                "{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}"
                        + "{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}",
                "{% set ns = namespace(m={}) %}{% for i in range(60) %}{% set ns.m = {'a': ns.m, 'b': ns.m} %}{% endfor %}{{ ns.m | tojson }}",
                "{% set t = 'a' * 1000000 %}" + MANY + "{{ 'b' in t }}{% endfor %}",
                "{% set t = 'a' * 1000000 %}{{ (t ~ 'b') in (t ~ t) }}",
                "{% set t = 'a' * 1000000 %}" + MANY + "{% if t == t ~ '' %}{% endif %}{% endfor %}",
                "{% set t = '🌍' * 1000000 %}" + MANY + "{{ t[99999] }}{% endfor %}",
                "{% set t = 'a ' * 1000000 %}" + MANY + "{% set x = t.split() %}{% endfor %}",
                "{% set t = 'a' * 1000000 %}" + MANY + "{% if t.upper() %}{% endif %}{% endfor %}",
                "{% set t = 'a' * 1000000 %}" + MANY + "{% if t | trim %}{% endif %}{% endfor %}",
                "{% set t = 'a' * 1000000 %}" + MANY + "{% for c in t %}{% endfor %}{% endfor %}",
                "{% set l = range(99999) | list %}" + MANY + "{% if -1 in l %}{% endif %}{% endfor %}",
                "{{ (range(99999) | list) | unique | list }}",
                "{% set l = range(99999) | list %}" + MANY + "{% set x = l | sort(reverse=true) %}{% endfor %}",
                "{% set l = range(99999) | list %}" + MANY + "{{ l | length }}{% set x = l[::-1] %}{% endfor %}",
                "{% set ns = namespace() %}{% set ns.ns = ns %}{{ ns.ns.ns.ns | tojson }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ messages.__init__.__globals__ }}",
                "{{ {[]: 1} }}",
                "{% include 'other' %}",
                "{% import 'os' as os %}",
                "{% extends '/etc/passwd' %}",
                "{{ loop.cycle() }}{% for i in [1] %}{{ loop.cycle() }}{% endfor %}",
                "{% for i in [1] %}{{ loop.cycle().x }}{% endfor %}",
                "{{ '%d' % 'x' }}",
                "{{ '{0}'.format() }}",
                "{{ strftime_now(1) }}",
            })
    void endsWithOneLine(String source) {
        endsWell(source);
    }

    @Test
    void depthOfTheSourceIsBounded() {
        for (String source : List.of(
                "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
                "{{ " + "[".repeat(150) + "]".repeat(150) + " | nofilter }}",
                "{{ " + "not ".repeat(100_000) + "1 }}",
                "{{ " + "-".repeat(100_000) + "1 }}",
                "{{ 1" + " + 1".repeat(200_000) + " + 'a' }}",
                "{{ a" + ".a".repeat(200_000) + " }}",
                "{{ 'a'" + " | trim".repeat(100_000) + " | nofilter }}",
                "{{ " + "1 if 1 else ".repeat(50_000) + "1 }}",
                "{% if 1 %}".repeat(50_000),
                "{% if 1 %}" + "{% elif 1 %}".repeat(50_000),
                "x".repeat(2_000_000))) {
            endsWell(source);
        }
    }

    private static void endsWell(String source) {
        assertTimeoutPreemptively(
                NEVER,
                () -> assertThatThrownBy(() -> Template.parse(source, "hostile")
                                .render(Map.of(), Map.of("messages", List.of()), LocalDateTime.MIN))
                        .isInstanceOf(MoiraException.class)
                        .hasMessageStartingWith("hostile")
                        .hasMessageNotContaining("\n")
                        .hasMessageNotContaining("java"));
    }
}
