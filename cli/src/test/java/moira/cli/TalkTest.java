package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import moira.engine.Shared;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** generate, chat, tokenize, inspect. */
class TalkTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void generatePrintsTheTextAndNothingElseToStdout() throws IOException {
        String model = Shared.path("reference-model").toString();
        for (JsonNode one :
                JSON.readTree(Shared.path("reference-model/greedy-bf16.json").toFile())) {
            Cli cli = Cli.run(
                    "generate",
                    "--model",
                    model,
                    "--temperature",
                    "0",
                    "--max-tokens",
                    "48",
                    one.path("prompt").stringValue());
            assertThat(cli.status()).isZero();
            assertThat(cli.out().strip())
                    .isEqualTo(one.path("text").stringValue().strip());
            assertThat(cli.err()).contains("48 new tokens", "tokens/s");
        }
    }

    @Test
    void generateStopsBeforeAStopString() {
        String all = Cli.run("generate", "--temperature", "0", "--max-tokens", "40", "The history of")
                .out();
        String stop = all.strip().substring(10, 14);
        Cli cli = Cli.run("generate", "--temperature", "0", "--max-tokens", "40", "--stop", stop, "The history of");
        assertThat(all).startsWith(cli.out().stripTrailing());
        assertThat(cli.out()).doesNotContain(stop);
        assertThat(cli.err()).contains("a stop string");
    }

    @Test
    void theSeedMakesAnAnswerRepeatable() {
        String first =
                Cli.run("generate", "--max-tokens", "30", "--seed", "5", "Once").out();
        assertThat(Cli.run("generate", "--max-tokens", "30", "--seed", "5", "--threads", "1", "Once")
                        .out())
                .isEqualTo(first);
        assertThat(Cli.run("generate", "--max-tokens", "30", "--seed", "6", "Once")
                        .out())
                .isNotEqualTo(first);
    }

    @Test
    void generateReadsThePromptFromStdin() {
        assertThat(Cli.runWith("Once", "generate", "--max-tokens", "30", "--seed", "5", "-")
                        .out())
                .isEqualTo(Cli.run("generate", "--max-tokens", "30", "--seed", "5", "Once")
                        .out());
        for (String lastBreak : List.of("\n", "\r\n")) {
            assertThat(Cli.runWith("Once" + lastBreak, "generate", "--max-tokens", "30", "--seed", "5", "-")
                            .out())
                    .isEqualTo(Cli.run("generate", "--max-tokens", "30", "--seed", "5", "Once")
                            .out());
        }
        assertThat(Cli.runWith("Once\n\n", "generate", "--max-tokens", "30", "--seed", "5", "-")
                        .out())
                .isEqualTo(Cli.run("generate", "--max-tokens", "30", "--seed", "5", "Once\n")
                        .out());
    }

    @Test
    void aStopStringMayBeALineBreak() {
        SamplingSettings settings = CommandLine.populateCommand(
                new SamplingSettings(), "--stop", "\\n", "--stop", "a\\\\n", "--stop", "\\t\\d\\");
        assertThat(settings.stop()).containsExactly("\n", "a\\n", "\t\\d\\");
    }

    @Test
    void chatAnswersEveryLine() {
        Cli cli = Cli.runWith(
                "Hello\n\nWhat is 2 + 2?\n",
                "chat",
                "--chat-template",
                "mistral-v1",
                "--max-tokens",
                "12",
                "--system",
                "Be brief.");
        assertThat(cli.status()).isZero();
        assertThat(cli.err().lines().filter(line -> line.contains("new tokens")))
                .hasSize(2);
        assertThat(cli.err()).contains("Mistral v1");
    }

    @Test
    void withoutATemplateThereIsNoGuess() {
        Cli cli = Cli.runWith("Hello\n", "chat");
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.err())
                .contains("expected a chat template", "--chat-template with a file, or one of chatml, mistral-v1");
        assertThat(Cli.runWith("Hello\n", "chat", "--chat-template", "nobody's").err())
                .contains("chat template: expected --chat-template with a file", "found \"nobody's\"");
    }

    /** A stop string that every answer begins with. */
    @Test
    void anEmptyAnswerDoesNotEndTheChat() {
        Cli cli = Cli.runWith("One\nTwo\n", "chat", "--chat-template", "mistral-v1", "--max-tokens", "0");
        assertThat(cli.status()).isZero();
        assertThat(cli.err().lines().filter(line -> line.contains("answer is empty")))
                .hasSize(2);
    }

    @Test
    void aMessageThatIsTooLongDoesNotEndTheChat() {
        String tooLong = "word ".repeat(600);
        Cli cli = Cli.runWith(
                "One\n" + tooLong + "\nTwo\n",
                "chat",
                "--chat-template",
                "mistral-v1",
                "--max-tokens",
                "8",
                "--temperature",
                "0");
        assertThat(cli.status()).isZero();
        assertThat(cli.err()).contains("expected at most the 512 tokens", "this message is left out");
        assertThat(cli.out())
                .isEqualTo(Cli.runWith(
                                "One\nTwo\n",
                                "chat",
                                "--chat-template",
                                "mistral-v1",
                                "--max-tokens",
                                "8",
                                "--temperature",
                                "0")
                        .out());
    }

    @Test
    void stdinThatIsNoUtf8IsAnError() {
        for (String command :
                new String[] {"generate -", "tokenize", "tokenize --jsonl", "chat --chat-template chatml"}) {
            Cli cli = Cli.runWith("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1), command.split(" "));
            assertThat(cli.status()).isEqualTo(1);
            assertThat(cli.err()).contains("stdin", "cannot be read: it is no UTF-8");
        }
    }

    @Test
    void chatDependsOnWhatWasSaidAndNotOnHowItWasRead() {
        String both = Cli.runWith(
                        "One\nTwo\n",
                        "chat",
                        "--chat-template",
                        "mistral-v1",
                        "--max-tokens",
                        "8",
                        "--temperature",
                        "0")
                .out();
        String batched = Cli.runWith(
                        "One\nTwo\n",
                        "chat",
                        "--chat-template",
                        "mistral-v1",
                        "--max-tokens",
                        "8",
                        "--temperature",
                        "0",
                        "--batch",
                        "3")
                .out();
        assertThat(batched).isEqualTo(both);
    }

    @Test
    void tokenizeGoesBothWays() {
        Cli there = Cli.run("tokenize", "Question: 2 + 2?");
        String ids = there.out().strip().lines().reduce((a, b) -> b).orElseThrow();
        assertThat(there.out()).contains("▁Qu");
        assertThat(Cli.run("tokenize", "--decode", ids).out()).isEqualTo("Question: 2 + 2?\n");
    }

    @Test
    void tokenizeConvertsLinesBothWaysAndKeepsWhatElseIsInThem() {
        Cli cli = Cli.runWith("{\"text\": \"größer ∑\", \"id\": 7}\n{\"ids\": [1257]}\n", "tokenize", "--jsonl");
        JsonNode first = JSON.readTree(cli.out().lines().findFirst().orElseThrow());
        assertThat(first.path("id").intValue()).isEqualTo(7);
        String back = Cli.runWith("{\"ids\": " + first.path("ids") + "}", "tokenize", "--jsonl")
                .out();
        assertThat(JSON.readTree(back).path("text").stringValue()).isEqualTo("größer ∑");
        assertThat(cli.out()).contains("\"text\":\"self\"");
    }

    @Test
    void tokenizeNamesTheBadLine() {
        for (String bad :
                new String[] {"{\"text\"", "{}", "[1]", "{\"ids\": [4096]}", "{\"ids\": [1.5]}", "{\"ids\": [-1]}"}) {
            Cli cli = Cli.runWith("{\"ids\": [1]}\n" + bad + "\n", "tokenize", "--jsonl");
            assertThat(cli.status()).isEqualTo(1);
            assertThat(cli.err()).contains("stdin, line 2");
            assertThat(cli.out().lines()).hasSize(1);
        }
    }

    @Test
    void tokenizeTakesATokenizerFileAlone() {
        Path v1 = Shared.path("tokenizers/models/tokenizer.model.v1");
        assertThat(Cli.run("tokenize", "--model", v1.toString(), "Hello").out()).contains("22557");
        Path phi = Shared.path("tokenizers/gguf/ggml-vocab-phi-3.gguf");
        assertThat(Cli.run("tokenize", "--model", phi.toString(), "Hello").status())
                .isZero();
    }

    @Test
    void inspectKnowsTheBundledModel() {
        JsonNode json = JSON.readTree(Cli.run("inspect", "--json").out());
        assertThat(json.path("parameters").longValue()).isEqualTo(28_856_576);
        assertThat(json.path("architecture").path("mixture").path("experts").intValue())
                .isEqualTo(8);
        assertThat(json.path("tensors").size()).isEqualTo(83);
        assertThat(json.path("tokenizer").path("size").intValue()).isEqualTo(4096);
        assertThat(Cli.run("inspect").out())
                .contains("28,856,576", "8 a layer, 2 a token", "Q6_K", "blk.7.ffn_up_exps.weight");
    }
}
