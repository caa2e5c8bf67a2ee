package moira.server;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/** Refuses whoever may not ask: web pages from elsewhere, names that point here by a trick, and those without the key. */
final class Guard {
    private final ServerOptions options;
    private final Optional<byte[]> key;

    Guard(ServerOptions options) {
        this.options = options;
        key = options.key().map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Passes, or not.
     *
     * @param host of the header; null for none
     * @param origin of the header; null for none
     * @param authorization of the header; null for none
     */
    void check(String host, String origin, String authorization) {
        if (options.isLoopback() && !isLocal(host)) {
            throw new ApiError(403, "forbidden_host", null, "Host: expected a name of this machine, found " + host);
        }
        if (origin != null && !options.origins().contains(origin) && !isOwn(origin, host)) {
            throw new ApiError(
                    403,
                    "forbidden_origin",
                    null,
                    "Origin: expected a page of this server, or one of --allow-origin, found " + origin);
        }
        if (key.isPresent() && !isKey(authorization)) {
            throw new ApiError(401, "invalid_api_key", null, "Authorization: expected Bearer and the server's key");
        }
    }

    /** Whether pages of another origin were allowed by name. */
    boolean allows(String origin) {
        return origin != null && options.origins().contains(origin);
    }

    private static boolean isLocal(String host) {
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]");
    }

    private static boolean isOwn(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** In the same time whatever was given. */
    private boolean isKey(String authorization) {
        String given = authorization == null ? "" : authorization.replaceFirst("^Bearer ", "");
        return MessageDigest.isEqual(key.orElseThrow(), given.getBytes(StandardCharsets.UTF_8));
    }
}
