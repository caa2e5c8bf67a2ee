package moira.engine;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Small models of every family with what the transformers library computed of them: some come with the project, the others lie in
 * {@code ../shared}.
 */
public final class Families {
    private static final List<String> ALL = List.of(
            "mixtral",
            "mixtral-fused",
            "olmoe",
            "qwen2-moe",
            "qwen3-moe",
            "deepseek-v2-lite",
            "deepseek-v2",
            "deepseek-v3",
            "gpt-oss",
            "gpt-oss-mxfp4",
            "phi-moe",
            "granite-moe",
            "granite-moe-shared",
            "glm4-moe",
            "llama",
            "mistral",
            "qwen2",
            "qwen3");

    private Families() {}

    /** All of them; the path of one that is not here skips its test. */
    public static List<String> all() {
        return ALL;
    }

    /** Those that are here. */
    public static List<String> here() {
        return ALL.stream()
                .filter(family ->
                        resource(family) != null || Files.exists(Shared.root().resolve("families/" + family)))
                .toList();
    }

    /** The folder of a family; without it the calling test is skipped, and says so. */
    public static Path path(String family) {
        URL resource = resource(family);
        if (resource == null) {
            return Shared.path("families/" + family);
        }
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URL resource(String family) {
        return Families.class.getResource("/families/" + family);
    }
}
