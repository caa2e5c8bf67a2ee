package moira.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The parameters of a request: each is read as what it should be, or refused by its name; none is passed over. Null is as good as none. */
final class Parameters {
    private final JsonNode body;
    private final String within;
    private final Set<String> read = new HashSet<>();

    Parameters(JsonNode body) {
        this(body, "");
    }

    private Parameters(JsonNode body, String within) {
        this.body = body;
        this.within = within;
    }

    Optional<JsonNode> get(String name) {
        read.add(name);
        JsonNode value = body.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private String full(String name) {
        return within + name;
    }

    ApiError wrong(String name, String expected) {
        return ApiError.wrong(full(name), expected, shown(body.path(name)));
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    double number(String name, double least, double most, double otherwise) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw wrong(name, "a number from " + least + " to " + most);
        }
        return number;
    }

    Optional<Long> whole(String name, long least, long most) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        boolean fits = value.get().isIntegralNumber() && value.get().canConvertToLong();
        long number = fits ? value.get().longValue() : least - 1;
        if (!fits || number < least || number > most) {
            throw wrong(name, "a whole number from " + least + " to " + most);
        }
        return Optional.of(number);
    }

    boolean truth(String name) {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.isPresent() && value.get().booleanValue();
    }

    Optional<String> text(String name) {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isString()) {
            throw wrong(name, "a text");
        }
        return value.map(JsonNode::stringValue);
    }

    /** A text, or some. */
    List<String> texts(String name, int most, int longest) {
        List<String> texts = new ArrayList<>();
        Optional<JsonNode> value = get(name);
        if (value.isPresent()) {
            for (JsonNode one : value.get().isArray() ? value.get() : List.of(value.get())) {
                if (!one.isString() || one.stringValue().length() > longest || texts.size() == most) {
                    throw wrong(name, "at most " + most + " texts of at most " + longest + " characters");
                }
                texts.add(one.stringValue());
            }
        }
        return texts;
    }

    /** The parameters in an object; none where there is no such object. */
    Optional<Parameters> object(String name) {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !value.get().isObject()) {
            throw wrong(name, "an object");
        }
        return value.map(object -> new Parameters(object, full(name) + "."));
    }

    /** These may be there, and say nothing that changes an answer. */
    void letBe(String... names) {
        read.addAll(List.of(names));
    }

    /** This may have one value alone, which changes nothing. */
    void allowOnly(String name, String... neutral) {
        Optional<JsonNode> value = get(name);
        if (value.isPresent() && !List.of(neutral).contains(value.get().toString())) {
            throw wrong(name, "nothing else than " + String.join(" or ", neutral) + ", since no other is honoured");
        }
    }

    void requireAllRead() {
        for (String name : body.propertyNames()) {
            if (!read.contains(name)) {
                throw new ApiError(
                        400, "unknown_parameter", full(name), full(name) + ": no parameter that is honoured");
            }
        }
    }
}
