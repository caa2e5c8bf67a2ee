package moira.routing.foreign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.routing.MoiraVersion;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;

/** Makes a trace of routing that another program recorded. */
public final class Importer {
    private static final Map<String, Format> FORMATS = formats();

    private Importer() {}

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new LinkedHashMap<>();
        formats.put("npz", new ArrayImport(NpzFile::new));
        formats.put("safetensors", new ArrayImport(SafetensorsArrays::new));
        formats.put("jsonl", new JsonLinesImport());
        formats.put("counts", new CountsImport());
        return formats;
    }

    /**
     * Reads the files and writes the trace, whole or not at all.
     *
     * @param format {@code npz}, {@code safetensors}, {@code jsonl} or {@code counts}
     * @param files in their order
     * @return the account of what the source lacks, as {@code trace.json} has it
     * @throws MoiraException if a file is not what it should be, or the folder is not fit
     */
    public static TraceHeader.Origin run(
            String format, List<Path> files, ImportOptions options, Path out, Progress progress) {
        Format reader = FORMATS.get(format);
        if (reader == null) {
            throw MoiraException.expected("format", "one of " + String.join(", ", FORMATS.keySet()), format);
        }
        files.forEach(Pickle::refuse);
        Account account = new Account();
        try (TraceBuilder trace = TraceBuilder.begin(out, options.overwrite())) {
            DocumentList.createTable(trace);
            Imported imported = reader.read(files, options, trace, account, progress);
            writeDocuments(trace, imported.documents());
            TraceHeader.Origin origin = account.origin(format, files);
            trace.complete(header(files, options, imported, origin));
            return origin;
        }
    }

    private static void writeDocuments(TraceBuilder trace, List<SourceDocument> documents) {
        trace.database().append("documents", rows -> {
            for (int i = 0; i < documents.size(); i++) {
                SourceDocument document = documents.get(i);
                rows.beginRow().append(i).append(document.domain()).append(document.source());
                rows.append(0).append(document.tokens()).endRow();
            }
        });
    }

    private static TraceHeader header(
            List<Path> files, ImportOptions options, Imported imported, TraceHeader.Origin origin) {
        int layers = imported.layers().getLast() + 1;
        if (options.modelLayers() != 0 && options.modelLayers() < layers) {
            throw MoiraException.expected(
                    "layers in the model", "at least " + layers + " as recorded", options.modelLayers());
        }
        return new TraceHeader(
                TraceHeader.FORMAT_VERSION,
                new TraceHeader.Model(name(files, options, imported), "not known", null),
                imported.layers(),
                Math.max(layers, options.modelLayers()),
                imported.experts(),
                imported.k(),
                imported.weight(),
                options.phase(),
                "not known",
                corpus(files, options, imported.documents()),
                0,
                MoiraVersion.get(),
                true,
                origin);
    }

    private static String name(List<Path> files, ImportOptions options, Imported imported) {
        if (options.modelName() != null) {
            return options.modelName();
        }
        return imported.model() != null
                ? imported.model()
                : files.getFirst().getFileName().toString().replaceFirst("\\..*$", "");
    }

    private static TraceHeader.Corpus corpus(List<Path> files, ImportOptions options, List<SourceDocument> documents) {
        Map<String, List<SourceDocument>> byDomain = new LinkedHashMap<>();
        int longest = 0;
        for (SourceDocument document : documents) {
            byDomain.computeIfAbsent(document.domain(), domain -> new ArrayList<>())
                    .add(document);
            longest = Math.max(longest, document.tokens());
        }
        List<TraceHeader.Domain> domains = byDomain.entrySet().stream()
                .map(domain -> domain(domain.getKey(), domain.getValue()))
                .toList();
        List<Path> paths = options.documents() == null ? files : List.of(options.documents());
        return new TraceHeader.Corpus(paths.stream().map(Path::toString).toList(), null, longest, 0, domains);
    }

    private static TraceHeader.Domain domain(String name, List<SourceDocument> documents) {
        long tokens = documents.stream().mapToLong(SourceDocument::tokens).sum();
        return new TraceHeader.Domain(name, documents.size(), documents.size(), tokens, 0);
    }
}
