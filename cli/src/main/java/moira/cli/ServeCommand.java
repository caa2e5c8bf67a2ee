package moira.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.batching.BatcherOptions;
import moira.engine.chat.ChatTemplate;
import moira.engine.decoder.Arithmetic;
import moira.server.Server;
import moira.server.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description =
                "Answers over HTTP as OpenAI's interface does, many users at once, and says where every token went.",
        footerHeading = "%nExample:%n",
        footer = {
            "  moira serve --model mixtral-8x7b-instruct.gguf",
            "  curl localhost:8080/v1/completions -d '{\"prompt\": \"The history of\", \"routing\": {\"layers\": \"all\"}}'"
        })
final class ServeCommand implements Callable<Integer> {
    /** One part in so many of the memory is for keys and values. */
    private static final int SHARE_OF_MEMORY = 8;

    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Option(
            names = "--host",
            paramLabel = "A",
            description =
                    "The address to listen at; another than this machine's own needs a key. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = 8080;

    @Option(
            names = "--api-key-file",
            paramLabel = "F",
            description = "A file with the key that whoever asks must know. Default: the environment's MOIRA_API_KEY.")
    private Path keyFile;

    @Option(
            names = "--open-to-anyone",
            description = "Whoever reaches the address may ask, without a key, as much as they like.")
    private boolean open;

    @Option(
            names = "--allow-origin",
            paramLabel = "O",
            description = "A web page's origin (https://example.org) that may ask. Default: none but the server's own.")
    private List<String> origins = List.of();

    @Option(names = "--sessions", paramLabel = "N", description = "Sequences at once. Default: ${DEFAULT-VALUE}.")
    private int sessions = 16;

    @Option(names = "--queue", paramLabel = "N", description = "Requests that wait. Default: ${DEFAULT-VALUE}.")
    private int queue = 64;

    @Option(
            names = "--kv-memory",
            paramLabel = "MB",
            description = "For keys and values. Default: an eighth of the machine's or the container's memory.")
    private Integer kvMegabytes;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Of a chat's answer where a request does not say. Default: ${DEFAULT-VALUE}.")
    private int answerTokens = 2_048;

    @Option(names = "--chat-template", paramLabel = "FILE|NAME", description = "As for moira chat.")
    private String template;

    @Option(
            names = "--exact",
            description =
                    "Activations stay in floats, as in a trace; otherwise they are rounded to 8 bits where weights are.")
    private boolean exact;

    @Override
    public Integer call() throws InterruptedException {
        Console console = new Console();
        WrongOption.unless(port >= 0 && port < 1 << 16, "--port", "0 to 65535", port);
        WrongOption.unless(answerTokens > 0, "--max-tokens", "1 or more", answerTokens);
        ServerOptions options = new ServerOptions(
                host,
                port,
                key(),
                open,
                Set.copyOf(origins),
                new BatcherOptions(sessions, queue, kvBytes()),
                answerTokens);
        try (Server server = Server.start(options);
                Model loaded = model.load(exact ? Arithmetic.FLOAT : Arithmetic.INT8, console)) {
            Optional<ChatTemplate> layout = layout(loaded, console);
            server.serve(loaded, layout);
            console.say("serving " + loaded.name() + " at " + server.address() + "/v1"
                    + (options.key().isEmpty() ? "" : ", with a key"));
            awaitEnd(server, console);
            server.close();
        }
        return 0;
    }

    private Optional<ChatTemplate> layout(Model loaded, Console console) {
        try {
            ChatTemplate layout = loaded.chatTemplate(template);
            console.say("chats as in " + layout.name());
            return Optional.of(layout);
        } catch (MoiraException e) {
            if (template != null) {
                throw e;
            }
            console.say("no chats: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Until a signal; what runs is finished. */
    private static void awaitEnd(Server server, Console console) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            asked.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        asked.await();
        console.say("finishing what runs");
        boolean finished = server.drain(Duration.ofSeconds(20));
        console.say(finished ? "all is finished" : "what still ran was ended");
        done.countDown();
    }

    private Optional<String> key() {
        if (keyFile == null) {
            return Optional.ofNullable(System.getenv("MOIRA_API_KEY")).filter(key -> !key.isBlank());
        }
        try {
            String key = Files.readString(keyFile).strip();
            if (key.isEmpty()) {
                throw MoiraException.expected(keyFile.toString(), "a key", "nothing");
            }
            return Optional.of(key);
        } catch (IOException e) {
            throw MoiraException.cannot(keyFile, "be read", e);
        }
    }

    private long kvBytes() {
        WrongOption.unless(kvMegabytes == null || kvMegabytes > 0, "--kv-memory", "1 or more", kvMegabytes);
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return kvMegabytes == null ? memory / SHARE_OF_MEMORY : (long) kvMegabytes << 20;
    }
}
