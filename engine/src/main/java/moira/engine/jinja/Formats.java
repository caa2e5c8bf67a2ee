package moira.engine.jinja;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Values put into texts: {@code '%s of %d' % (a, b)} and {@code '{} of {name}'.format(a, name=b)}, without widths. */
final class Formats {
    private Formats() {}

    static Text percent(Run run, Text format, Object values) {
        List<?> list = values instanceof Tuple tuple ? tuple : Collections.singletonList(values);
        String chars = format.toString();
        Text.Builder out = new Text.Builder();
        int from = 0;
        int used = 0;
        for (int at = chars.indexOf('%'); at >= 0; at = chars.indexOf('%', from)) {
            out.append(format, from, at);
            char kind = at + 1 < chars.length() ? chars.charAt(at + 1) : ' ';
            if (kind == '%') {
                out.append(format, at, at + 1);
            } else if (used < list.size()) {
                out.append(formatted(run, kind, list.get(used++)));
            } else {
                throw new Problem("not enough values for a format");
            }
            from = at + 2;
        }
        if (used < list.size() && !(values instanceof Map)) {
            throw new Problem("more values than a format has places");
        }
        return out.append(format, Math.min(from, chars.length()), chars.length())
                .toText();
    }

    private static Text formatted(Run run, char kind, Object value) {
        return switch (kind) {
            case 's' -> Words.of(run, value);
            case 'r' -> Words.shown(value);
            case 'd', 'i' ->
                Text.written(
                        Long.toString(value instanceof Double number ? number.longValue() : Numbers.integer(value)));
            default -> throw new Problem("a format of the kind '%" + kind + "', which is not known here");
        };
    }

    static Object braces(Run run, Text format, Arguments arguments) {
        String chars = format.toString();
        Text.Builder out = new Text.Builder();
        int next = 0;
        int at = 0;
        while (at < chars.length()) {
            char c = chars.charAt(at);
            if (chars.startsWith("{{", at) || chars.startsWith("}}", at)) {
                out.append(format, at, at + 1);
                at += 2;
            } else if (c == '{') {
                int end = chars.indexOf('}', at);
                if (end < 0) {
                    throw new Problem("a format with a bracket that does not end");
                }
                String name = chars.substring(at + 1, end);
                out.append(Words.of(run, field(arguments, name.isEmpty() ? String.valueOf(next++) : name)));
                at = end + 1;
            } else {
                out.append(format, at, at + 1);
                at++;
            }
        }
        return out.toText();
    }

    private static Object field(Arguments arguments, String name) {
        if (arguments.named().containsKey(name)) {
            return arguments.named().get(name);
        }
        boolean digits = name.length() < 5 && name.chars().allMatch(c -> c >= '0' && c <= '9') && !name.isEmpty();
        if (digits && Integer.parseInt(name) < arguments.positional().size()) {
            return arguments.positional().get(Integer.parseInt(name));
        }
        throw new Problem("a format with a place '" + name + "' for which there is no value");
    }
}
