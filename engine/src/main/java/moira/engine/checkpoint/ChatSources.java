package moira.engine.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.chat.ChatTemplates;

/** The chat templates that a model brings, by name. */
final class ChatSources {
    private static final String GGUF = "tokenizer.chat_template";
    private static final String NAMES = GGUF + "s";
    private static final String KEY = "chat_template";
    private static final String ENDING = ".jinja";

    private ChatSources() {}

    /** Of the metadata of a GGUF file. */
    static Map<String, String> ofGguf(Map<String, Object> metadata) {
        Map<String, String> sources = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (value instanceof String source && key.equals(GGUF)) {
                sources.put(ChatTemplates.DEFAULT, source);
            } else if (value instanceof String source && key.startsWith(GGUF + '.')) {
                sources.put(key.substring(GGUF.length() + 1), source);
            }
        });
        return sources;
    }

    /** The same the other way. */
    static void put(Map<String, String> sources, Map<String, Object> metadata) {
        sources.forEach(
                (name, source) -> metadata.put(name.equals(ChatTemplates.DEFAULT) ? GGUF : GGUF + '.' + name, source));
        if (sources.size() > 1) {
            metadata.put(NAMES, sources.keySet().toArray(String[]::new));
        }
    }

    /** Of a folder: files of their own before what the JSON files say. */
    static Map<String, String> ofFolder(Path folder) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String file : List.of("tokenizer_config.json", "chat_template.json")) {
            Path path = folder.resolve(file);
            if (Files.exists(path)) {
                add(Json.object(MappedFile.read(path), path.toString()).get(KEY), sources);
            }
        }
        Path alone = folder.resolve(KEY + ENDING);
        if (Files.exists(alone)) {
            sources.put(ChatTemplates.DEFAULT, text(alone));
        }
        Path others = folder.resolve("additional_chat_templates");
        if (Files.isDirectory(others)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(others, "*" + ENDING)) {
                for (Path file : files) {
                    sources.put(file.getFileName().toString().replace(ENDING, ""), text(file));
                }
            } catch (IOException e) {
                throw MoiraException.cannot(others, "be listed", e);
            }
        }
        return sources;
    }

    private static String text(Path file) {
        return new String(MappedFile.read(file), StandardCharsets.UTF_8);
    }

    /** One, or several with names. */
    private static void add(Object template, Map<String, String> sources) {
        switch (template) {
            case String source -> sources.put(ChatTemplates.DEFAULT, source);
            case List<?> several ->
                several.forEach(one -> {
                    if (one instanceof Map<?, ?> map
                            && map.get("name") instanceof String name
                            && map.get("template") instanceof String source) {
                        sources.put(name, source);
                    }
                });
            case null, default -> {}
        }
    }
}
