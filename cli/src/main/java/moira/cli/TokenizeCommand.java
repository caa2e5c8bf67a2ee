package moira.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.checkpoint.ModelTokenizers;
import moira.engine.tokenizer.Tokenizer;
import moira.engine.tokenizer.Trust;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "tokenize",
        description = "Shows the tokens of a text, or the text of some tokens.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  moira tokenize \"Question: what is 2 + 2?\"",
            "  moira tokenize --decode \"374 3999\"",
            "  echo '{\"text\": \"self\"}' | moira tokenize --jsonl"
        })
final class TokenizeCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Mixin
    Common common;

    @Option(
            names = "--model",
            paramLabel = "M",
            description = "A GGUF file, a Hugging Face folder, or a tokenizer file alone. Default: the bundled model.")
    private Path model;

    @Option(names = "--decode", description = "TEXT is ids, with spaces or commas between: print their text.")
    private boolean decode;

    @Option(
            names = "--special",
            description =
                    "Special tokens that are written in the text are recognised, and are printed when ids are decoded;"
                            + " otherwise they are a user's words.")
    private boolean special;

    @Option(
            names = "--jsonl",
            description =
                    "Read {\"text\": ...} or {\"ids\": [...]} a line on stdin; write the line with the other one added."
                            + " No BOS.")
    private boolean jsonLines;

    @Parameters(paramLabel = "TEXT", arity = "0..1", description = "Default: all of stdin.")
    private String text;

    @Override
    public Integer call() {
        Tokenizer tokenizer = ModelTokenizers.open(model == null ? Bundled.model() : model);
        if (jsonLines) {
            convertLines(tokenizer);
        } else if (decode) {
            System.out.println(tokenizer.decode(special, ids(tokenizer, input())));
        } else {
            show(tokenizer, input());
        }
        return 0;
    }

    private Trust trust() {
        return special ? Trust.EVERYBODY : Trust.NOBODY;
    }

    private String input() {
        return text == null ? Stdin.readAll() : text;
    }

    /** One token a line: id, piece; and the ids once more in one line, to copy. */
    private void show(Tokenizer tokenizer, String input) {
        int[] ids = tokenizer.encode(input, trust());
        for (int id : ids) {
            System.out.printf(Locale.ROOT, "%6d  %s%n", id, tokenizer.piece(id));
        }
        System.out.println(IntStream.of(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }

    private static int[] ids(Tokenizer tokenizer, String input) {
        return Arrays.stream(input.strip().split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .mapToInt(word -> id(tokenizer, word))
                .toArray();
    }

    private static int id(Tokenizer tokenizer, String word) {
        try {
            return checked(tokenizer, Integer.parseInt(word), "TEXT");
        } catch (NumberFormatException e) {
            throw new MoiraException("TEXT: expected ids, found " + word, e);
        }
    }

    private static int checked(Tokenizer tokenizer, int id, String where) {
        if (id < 0 || id >= tokenizer.size()) {
            throw MoiraException.expected(where, "an id below " + tokenizer.size(), id);
        }
        return id;
    }

    private void convertLines(Tokenizer tokenizer) {
        Stdin stdin = new Stdin();
        for (String line = stdin.nextLine(); line != null; line = stdin.nextLine()) {
            if (!line.isBlank()) {
                System.out.println(convert(tokenizer, line, stdin.at()));
            }
        }
    }

    private String convert(Tokenizer tokenizer, String line, String where) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new MoiraException(where + ": expected JSON, found " + Reason.of(e), e);
        }
        if (node instanceof ObjectNode object && object.path("text").isString()) {
            int[] ids = tokenizer.encode(object.path("text").stringValue(), trust());
            object.putPOJO("ids", ids);
            return JSON.writeValueAsString(object);
        }
        if (node instanceof ObjectNode object && object.path("ids").isArray()) {
            int[] ids = new int[object.path("ids").size()];
            for (int i = 0; i < ids.length; i++) {
                JsonNode id = object.path("ids").path(i);
                if (!id.isInt()) {
                    throw MoiraException.expected(where, "ids that are integers", id);
                }
                ids[i] = checked(tokenizer, id.intValue(), where);
            }
            object.put("text", tokenizer.decode(special, ids));
            return JSON.writeValueAsString(object);
        }
        throw MoiraException.expected(
                where,
                "{\"text\": \"...\"} or {\"ids\": [...]}",
                line.length() > 80 ? line.substring(0, 80) + "..." : line);
    }
}
