package moira.server;

import java.util.Optional;
import java.util.Set;
import moira.engine.MoiraException;
import moira.engine.batching.BatcherOptions;

/**
 * How a server listens, and how much it takes on.
 *
 * @param port 0 for any that is free
 * @param key whoever asks must know; empty for nobody in particular
 * @param open whether others than this machine may ask without a key
 * @param origins of web pages that may ask; those of the server itself always may
 * @param answerTokens of a chat's answer where a request does not say
 */
public record ServerOptions(
        String host,
        int port,
        Optional<String> key,
        boolean open,
        Set<String> origins,
        BatcherOptions batcher,
        int answerTokens) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    public ServerOptions {
        origins = Set.copyOf(origins);
        if (!LOOPBACK.contains(host) && key.isEmpty() && !open) {
            throw MoiraException.expected(
                    "--host " + host,
                    "a key beside an address that others can reach (--api-key-file, or MOIRA_API_KEY), or --open-to-anyone",
                    "neither");
        }
    }

    /** Whether this machine alone can ask. */
    boolean isLoopback() {
        return LOOPBACK.contains(host);
    }
}
